import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMisconfigured } from '../../logging/postgres/database-errors.js';
import type { Key } from '../keys/key.js';
import { KeyStore, KeyStoreError } from '../keys/key-store.js';
import { KeyTable } from './key-table.js';

/** If a notification is lost, the change is still seen within a second. */
const LOOK_EVERY_MS = 400;
const AGAIN_MS = 200;

/** Keys in PostgreSQL, for any number of processes. While it is unreachable, the known keys stay valid. */
export class PostgresKeyStore extends KeyStore implements OnApplicationShutdown {
  private readonly logger = new Logger('Keys');
  private readonly stopped = new AbortController();
  private keys: ReadonlyMap<string, Key> | undefined;
  private number = '';
  private reading: Promise<unknown> = Promise.resolve();
  private following: Promise<void> | undefined;
  private isAway = false;

  private constructor(
    private readonly table: KeyTable,
    private readonly earlier: readonly Key[],
  ) {
    super();
  }

  /**
   * Rejects with KeyStoreError if the database does not answer in time.
   * @param timeoutMs for a connection, and for one statement
   * @param earlier keys of a file, to import
   */
  static async open(url: string, timeoutMs: number, earlier: readonly Key[] = []): Promise<PostgresKeyStore> {
    const store = new PostgresKeyStore(new KeyTable(url, timeoutMs), earlier);
    try {
      await store.refresh();
      return store;
    } catch (error) {
      await store.close();
      throw faultOf(error);
    }
  }

  /** Like `open`, and follows changes. Retries while the database is unreachable; until then no key is known. */
  static async follow(url: string, timeoutMs: number, earlier: readonly Key[]): Promise<PostgresKeyStore> {
    const store = new PostgresKeyStore(new KeyTable(url, timeoutMs), earlier);
    try {
      await store.refresh();
    } catch (error) {
      if (error instanceof KeyStoreError || isMisconfigured(error)) {
        await store.close();
        throw faultOf(error);
      }
      store.fails(error);
    }
    store.following = store.followUntilStopped();
    return store;
  }

  override get isKnown(): boolean {
    return this.keys !== undefined;
  }

  override find(id: string): Key | undefined {
    return this.keys?.get(id);
  }

  override get isEmpty(): boolean {
    return (this.keys?.size ?? 0) === 0;
  }

  override list(): readonly Key[] {
    return [...(this.keys?.values() ?? [])];
  }

  override async add(key: Key): Promise<void> {
    await this.changed(this.table.add(key));
  }

  override async update(id: string, change: (key: Key) => Key): Promise<Key | undefined> {
    let mistake: unknown;
    const guarded = (key: Key): Key => {
      try {
        return change(key);
      } catch (error) {
        mistake = error;
        throw error;
      }
    };
    try {
      return await this.changed(this.table.update(id, guarded));
    } catch (error) {
      throw mistake ?? error;
    }
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.following;
    await this.table.close();
  }

  /** The process that made a change sees it at once. */
  private async changed<T>(change: Promise<T>): Promise<T> {
    try {
      const result = await change;
      await this.refresh();
      return result;
    } catch (error) {
      throw faultOf(error);
    }
  }

  /** Reads one after the other, so that the latest read wins. */
  private refresh(): Promise<void> {
    const turn = this.reading.then(async () => {
      await this.table.prepare(this.earlier);
      const { number, keys } = await this.table.read();
      this.keys = new Map(keys.map((key) => [key.id, key]));
      this.number = number;
    });
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  private async followUntilStopped(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.table.prepare(this.earlier);
        await this.table.listen(LOOK_EVERY_MS, signal, async (number) => {
          if (number !== this.number || !this.isKnown) await this.refresh();
          if (this.isAway) this.logger.log('The keys can be read again');
          this.isAway = false;
        });
      } catch (error) {
        this.fails(error);
        await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Logs once per outage, not at each retry. */
  private fails(error: unknown): void {
    if (this.isAway || this.stopped.signal.aborted) return;
    this.isAway = true;
    const known = this.isKnown ? 'the known keys stay valid' : 'no key is accepted until then';
    this.logger.error(`${faultOf(error).message}; ${known}`);
  }
}

function faultOf(error: unknown): KeyStoreError {
  if (error instanceof KeyStoreError) return error;
  return new KeyStoreError(`the keys in the database cannot be used: ${(error as Error).message}`, {
    cause: error,
  });
}
