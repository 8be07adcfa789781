import type { LogQueries } from '../log-queries.js';
import { withRecords } from './with-records.js';

export interface QueryResult {
  names: string[];
  rows: AsyncIterable<unknown[][]>;
}

/**
 * Answers one statement of the log's owner over a view `logs` of all rows, texts and all. It sees a copy without a
 * name, made for it alone; only statements that read are taken, and DuckDB may open nothing else.
 */
export function sqlOverLog<T>(
  log: LogQueries,
  statement: string,
  use: (result: QueryResult) => Promise<T>,
): Promise<T> {
  return withRecords(log.rows({}), (engine, sql) =>
    engine.use(undefined, async (connection) => {
      await connection.run(`CREATE VIEW logs AS FROM ${sql}`);
      return use(await connection.select(statement));
    }),
  );
}
