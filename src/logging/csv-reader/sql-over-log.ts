import type { CsvLogQueries } from './csv-log-queries.js';
import { DuckDbEngine } from './duckdb-engine.js';
import { LOG_COLUMNS } from '../log-row.js';
import { readCsv, typedColumns } from './read-csv.js';

export interface QueryResult {
  names: string[];
  rows: AsyncIterable<unknown[][]>;
}

/**
 * Answers one statement of the log's owner over a view `logs` of all rows, texts and all. It sees a copy without a
 * name, made for it alone; only statements that read are taken, and DuckDB may open nothing else.
 */
export async function sqlOverLog<T>(
  log: CsvLogQueries,
  sql: string,
  use: (result: QueryResult) => Promise<T>,
): Promise<T> {
  const { file, rows, longestRow } = await log.snapshot();
  const view = `CREATE VIEW logs AS SELECT ${typedColumns()} FROM ${readCsv(file, LOG_COLUMNS.length, longestRow)}`;
  const engine = new DuckDbEngine([view]);
  const connection = await engine.connect();
  try {
    const counted = { text: 'SELECT CAST(count(*) AS double precision) AS rows FROM logs', values: [] };
    const [seen] = await connection.rows<{ rows: number }>(counted);
    if (seen?.rows !== rows) throw new Error(`DuckDB sees ${seen?.rows ?? 0} of ${rows} rows`);
    return await use(await connection.select(sql));
  } finally {
    connection.close();
    await engine.close();
    await file.close();
  }
}
