import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Key } from './key.js';
import { KeyFile } from './key-file.js';
import { KeyStore, KeyStoreError } from './key-store.js';

/** Changes by others must be seen within a second; half of that leaves time for a slow check. */
const LOOK_EVERY_MS = 400;

/** Keys in a file that other programs and people may change at any time. */
export class FileKeyStore extends KeyStore implements OnApplicationShutdown {
  override readonly isKnown = true;
  private readonly logger = new Logger(FileKeyStore.name);
  private keys = new Map<string, Key>();
  private stamp: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isLooking = false;
  private changes = 0;

  private constructor(private readonly file: KeyFile) {
    super();
  }

  /** Rejects with KeyStoreError if the file cannot be trusted. */
  static async open(path: string): Promise<FileKeyStore> {
    const store = new FileKeyStore(new KeyFile(path));
    store.stamp = await store.file.stamp();
    store.take(await store.file.read());
    return store;
  }

  /** Starts watching for changes by others. */
  watch(): this {
    this.timer = setInterval(() => {
      if (!this.isLooking) this.looking = this.look();
    }, LOOK_EVERY_MS).unref();
    return this;
  }

  override find(id: string): Key | undefined {
    return this.keys.get(id);
  }

  override get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  override list(): readonly Key[] {
    return [...this.keys.values()];
  }

  override async add(key: Key): Promise<void> {
    await this.change((keys) => [...keys, key]);
  }

  override async update(id: string, change: (key: Key) => Key): Promise<Key | undefined> {
    await this.change((keys) =>
      keys.some((key) => key.id === id) ? keys.map((key) => (key.id === id ? change(key) : key)) : keys,
    );
    return this.find(id);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async change(edit: (keys: readonly Key[]) => readonly Key[]): Promise<void> {
    const changed = await this.file.change((keys) => {
      // Writing a file with only the new key would lock out all others.
      if (keys.length === 0 && this.keys.size > 0)
        throw new KeyStoreError(`${this.file.path} is gone; put it back, or restart to begin without keys`);
      return edit(keys);
    });
    this.take(changed);
  }

  private take(keys: readonly Key[]): void {
    this.changes++;
    this.keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** An unusable file leaves the keys unchanged: no key is locked out, and nothing becomes open. */
  private async look(): Promise<void> {
    this.isLooking = true;
    try {
      const stamp = await this.file.stamp();
      if (stamp === this.stamp) return;
      this.stamp = stamp;
      if (stamp === undefined) {
        this.logger.error('The file of the keys is gone; those that were known stay in force');
        return;
      }
      const { changes } = this;
      const keys = await this.file.read();
      // Our own changes made meanwhile are newer.
      if (changes !== this.changes) return;
      this.take(keys);
      this.logger.log({ message: 'The keys have been read again', keys: keys.length });
    } catch (error) {
      // Once per state of the file, not at each check.
      this.logger.error(`${(error as KeyStoreError).message}; those that were known stay in force`);
    } finally {
      this.isLooking = false;
    }
  }
}
