import pg from 'pg';
import { MIGRATIONS } from './migrations.js';

/** Of the advisory lock under which the schema changes: any number that nobody else uses. */
const LOCK = 7_275_395_391;

/**
 * Brings the schema up to date. Of several processes that start at once one does it, and the others wait.
 * Steps that are newer than this version are left alone: it runs beside its successor.
 */
export async function migrate(url: string, connectTimeoutMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET statement_timeout = 0; SELECT pg_advisory_lock(${LOCK})`);
    await client.query(
      'CREATE TABLE IF NOT EXISTS parley_migrations (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ number: number }>('SELECT number FROM parley_migrations');
    const applied = new Set(rows.map(({ number }) => number));
    for (const { number, sql } of MIGRATIONS)
      // Several statements in one query are one transaction.
      if (!applied.has(number))
        await client.query(`${sql}; INSERT INTO parley_migrations (number) VALUES (${number})`);
  } finally {
    // Its end gives the lock back.
    await client.end();
  }
}
