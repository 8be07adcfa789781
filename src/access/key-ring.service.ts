import { Injectable, Logger } from '@nestjs/common';
import { timingSafeEqual, hash } from 'node:crypto';
import { isLoopback } from '../config/loopback.js';
import { Settings } from '../config/settings.js';
import { keysUnavailable, noSuchKey } from './access-failures.js';
import { createKey, isInForce, revokeKey, rotateKey, type IssuedKey } from './keys/key-changes.js';
import { opens, parseKey } from './keys/key-secret.js';
import { KeyStore, KeyStoreError } from './keys/key-store.js';
import { UNLIMITED, type Key, type KeyTerms } from './keys/key.js';

/** The key behind ADMIN_KEY: never stored, without limits. No other key has an id of this length. */
export const ADMIN: Key = {
  id: 'admin',
  ...UNLIMITED,
  name: 'ADMIN_KEY',
  role: 'admin',
  digest: '',
  former: null,
  createdAt: '1970-01-01T00:00:00.000Z',
  revokedAt: null,
};

/** The keys that are admitted, and changes to them. */
@Injectable()
export class KeyRing {
  private readonly logger = new Logger(KeyRing.name);
  private readonly adminDigest: Buffer | undefined;
  /** True if other machines can reach the service and no proxy controls access. */
  readonly isExposed: boolean;

  constructor(
    private readonly store: KeyStore,
    settings: Settings,
  ) {
    this.isExposed = !isLoopback(settings.HOST) && settings.ALLOW_INSECURE !== '1';
    if (settings.ADMIN_KEY !== '') this.adminDigest = hash('sha256', settings.ADMIN_KEY, 'buffer');
  }

  /** False if the keys are unknown, because their database has not responded since the start. */
  get isKnown(): boolean {
    return this.store.isKnown;
  }

  /** True if there is, or may be, a key. Revoked ones count, or the last revocation would make the service open. */
  get hasKeys(): boolean {
    return this.adminDigest !== undefined || !this.store.isKnown || !this.store.isEmpty;
  }

  /** True if requests need a key. */
  get isClosed(): boolean {
    return this.isExposed || this.hasKeys;
  }

  /** The valid key for this text, if any. Takes equally long whatever is wrong with it. */
  authenticate(text: string, now = Date.now()): Key | undefined {
    const parts = parseKey(text);
    const key = parts && this.store.find(parts.id);
    const open = opens(parts?.secret ?? text, key, now);
    if (this.isAdmin(text)) return ADMIN;
    return key && open && isInForce(key, now) ? key : undefined;
  }

  find(id: string): Key | undefined {
    return id === ADMIN.id ? ADMIN : this.store.find(id);
  }

  list(): readonly Key[] {
    return this.store.list();
  }

  /** @param by id of the key that makes the change */
  async create(terms: KeyTerms, by: string): Promise<IssuedKey> {
    const issued = createKey(terms, new Date());
    await this.kept(this.store.add(issued.key));
    this.report('A key was created', issued.key, by);
    return issued;
  }

  async change(id: string, terms: Partial<KeyTerms>, by: string): Promise<Key> {
    const key = await this.updated(id, (old) => ({ ...old, ...terms }));
    this.report('A key was changed', key, by);
    return key;
  }

  async rotate(id: string, graceMs: number, by: string): Promise<IssuedKey> {
    let text = '';
    const key = await this.updated(id, (old) => {
      const rotated = rotateKey(old, graceMs, new Date());
      ({ text } = rotated);
      return rotated.key;
    });
    this.report('A key was rotated', key, by);
    return { key, text };
  }

  async revoke(id: string, by: string): Promise<Key> {
    const key = await this.updated(id, (old) => revokeKey(old, new Date()));
    this.report('A key was revoked', key, by);
    return key;
  }

  private isAdmin(text: string): boolean {
    return (
      this.adminDigest !== undefined && timingSafeEqual(hash('sha256', text, 'buffer'), this.adminDigest)
    );
  }

  /** Throws Problem 404 if there is no such key. */
  private async updated(id: string, change: (key: Key) => Key): Promise<Key> {
    const key = await this.kept(this.store.update(id, change));
    if (!key) throw noSuchKey();
    return key;
  }

  private async kept<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      this.logger.error(error.message);
      throw keysUnavailable(error);
    }
  }

  private report(message: string, { id, name, role }: Key, by: string): void {
    this.logger.log({ message, key: id, name, role, by });
  }
}
