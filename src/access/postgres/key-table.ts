import { migrate } from '../../logging/postgres/migrate.js';
import { openPool, withConnection } from '../../logging/postgres/pool.js';
import { checkedKeys } from '../keys/key-json.js';
import { KeyStoreError } from '../keys/key-store.js';
import type { Key } from '../keys/key.js';

/** One for notifications, one for reads and changes. */
const CONNECTIONS = 2;

export interface KeysRead {
  /** Changes with every change of a key. */
  readonly number: string;
  readonly keys: readonly Key[];
}

/** The table of keys. Every method rejects unless the database confirmed all of it. */
export class KeyTable {
  private readonly pool: ReturnType<typeof openPool>;
  private isMigrated = false;

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {
    this.pool = openPool({
      url,
      size: CONNECTIONS,
      connectTimeoutMs: timeoutMs,
      statementTimeoutMs: timeoutMs,
    });
  }

  /** Migrates the schema, and imports keys from another store. Existing keys are not changed. */
  async prepare(earlier: readonly Key[]): Promise<void> {
    if (this.isMigrated) return;
    await migrate(this.url, this.timeoutMs);
    for (const key of earlier)
      await this.pool.query('INSERT INTO keys (id, key) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        key.id,
        key,
      ]);
    this.isMigrated = true;
  }

  /** Rejects with KeyStoreError if a key has unknown fields: an unknown limit must not count as no limit. */
  async read(): Promise<KeysRead> {
    const { rows } = await this.pool.query<{ number: string; keys: unknown[] }>(
      `SELECT number, (SELECT coalesce(jsonb_agg(key ORDER BY keys.number), '[]') FROM keys) AS keys FROM key_changes`,
    );
    const [{ number, keys } = { number: '', keys: [] }] = rows;
    return { number, keys: understood(keys) };
  }

  async add(key: Key): Promise<void> {
    await this.pool.query('INSERT INTO keys (id, key) VALUES ($1, $2)', [key.id, key]);
  }

  /** Undefined if there is no such key. Errors of `change` are passed on. */
  update(id: string, change: (key: Key) => Key): Promise<Key | undefined> {
    return withConnection(this.pool, async (client) => {
      await client.query('BEGIN');
      const { rows } = await client.query<{ key: unknown }>('SELECT key FROM keys WHERE id = $1 FOR UPDATE', [
        id,
      ]);
      const [before] = understood(rows.map(({ key }) => key));
      const after = before && change(before);
      if (after) {
        await client.query('UPDATE keys SET key = $2 WHERE id = $1', [id, after]);
        // Spending without a budget was not counted, so it is read from the rows again.
        if (!before.budget && after.budget)
          await client.query('UPDATE spent SET known = false WHERE key = $1', [id]);
      }
      await client.query('COMMIT');
      return after;
    });
  }

  /**
   * Calls back now, after each change of a key, and every `everyMs` in case a notification was lost. Rejects if the
   * connection breaks or the database does not answer in time.
   */
  listen(everyMs: number, signal: AbortSignal, look: (number: string) => Promise<void>): Promise<void> {
    return withConnection(this.pool, async (client) => {
      let wake = (): void => undefined;
      const woken = (): void => {
        wake();
      };
      client.on('notification', woken).on('end', woken);
      signal.addEventListener('abort', woken);
      try {
        await client.query('LISTEN parley_keys');
        while (!signal.aborted) {
          const rest = new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, everyMs).unref();
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          const { rows } = await client.query<{ number: string }>('SELECT number FROM key_changes');
          await look(rows[0]?.number ?? '');
          await rest;
        }
      } finally {
        signal.removeEventListener('abort', woken);
        client.off('notification', woken).off('end', woken);
      }
    });
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

function understood(keys: readonly unknown[]): Key[] {
  try {
    return checkedKeys(keys);
  } catch (error) {
    throw new KeyStoreError(`the keys in the database cannot be used: ${(error as Error).message}`);
  }
}
