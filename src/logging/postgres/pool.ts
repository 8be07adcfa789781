import pg from 'pg';

const GRACE_MS = 500;

/** To compile a question takes longer than to answer it; a search goes month by month; a day is sorted in memory. */
const PLANNING = "SET jit = off; SET enable_partitionwise_join = on; SET work_mem = '16MB'";

export interface PoolOptions {
  url: string;
  /** Most connections. */
  size: number;
  /** Longest wait for a connection, in ms. */
  connectTimeoutMs: number;
  /** Longest time that the server gives one statement, in ms. */
  statementTimeoutMs: number;
}

/**
 * Connections to the log's database. Any of them may break at any moment (a restart, `pg_terminate_backend`): the
 * statement under way rejects and the pool makes a new one.
 */
export function openPool({ url, size, connectTimeoutMs, statementTimeoutMs }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'parley',
    max: size,
    connectionTimeoutMillis: connectTimeoutMs,
    // The server's own clock says why; ours is for one that has stopped altogether.
    query_timeout: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
    verify: (client, done) => {
      client
        .query(
          `SET statement_timeout = ${statementTimeoutMs}; SET synchronous_commit = on; SET timezone = 'UTC';
           SET default_transaction_isolation = 'read committed'; ${PLANNING}`,
        )
        .then(() => {
          done();
        }, done);
    },
  });
  // Without a listener the end of an idle connection, or of one between two statements, ends the process.
  pool.on('error', ignored);
  pool.on('connect', (client) => client.on('error', ignored));
  return pool;
}

const ignored = (): void => undefined;

/** One connection of the pool for the work; a work that fails ends it, as nobody knows what it is still busy with. */
export async function withConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let isFine = false;
  try {
    const result = await work(client);
    isFine = true;
    return result;
  } finally {
    client.release(!isFine);
  }
}
