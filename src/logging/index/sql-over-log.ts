import type { LogQueries } from '../log-queries.js';
import { ParquetParts, scratchEngine } from './parquet-parts.js';

export interface QueryResult {
  names: string[];
  rows: AsyncIterable<unknown[][]>;
}

/**
 * Answers one statement of the log's owner over a view `logs` of all rows, texts and all. It sees a copy without a
 * name, made for it alone; only statements that read are taken, and DuckDB may open nothing else.
 */
export async function sqlOverLog<T>(
  log: LogQueries,
  sql: string,
  use: (result: QueryResult) => Promise<T>,
): Promise<T> {
  const engine = scratchEngine();
  let parts: ParquetParts | undefined;
  try {
    parts = await ParquetParts.write(engine, log.rows({}));
    const view = `CREATE VIEW logs AS FROM ${parts.sql}`;
    return await engine.use(undefined, async (connection) => {
      await connection.run(view);
      return use(await connection.select(sql));
    });
  } finally {
    await parts?.close();
    await engine.close();
  }
}
