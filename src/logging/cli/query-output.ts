import { csvLine } from '../export/csv-line.js';
import type { QueryResult } from '../index/sql-over-log.js';
import { textTable } from './text-table.js';

export type OutputFormat = 'table' | 'json' | 'csv';

const TABLE_ROWS_MAX = 1000;
const TABLE_DIGITS = 12;

/** The result as text, in pieces if the format allows. */
export async function* queryOutput(result: QueryResult, format: OutputFormat): AsyncGenerator<string> {
  if (format === 'table') yield await table(result);
  if (format === 'csv') yield csvLine(result.names);
  for await (const rows of format === 'table' ? [] : result.rows)
    for (const row of rows) yield format === 'csv' ? csvLine(row.map(csvCell)) : jsonLine(result.names, row);
}

async function table({ names, rows }: QueryResult): Promise<string> {
  const shown: unknown[][] = [];
  for await (const some of rows) {
    shown.push(...some.map((row) => row.map(tableCell)));
    if (shown.length > TABLE_ROWS_MAX) break;
  }
  const more = shown.length > TABLE_ROWS_MAX ? `… more than ${TABLE_ROWS_MAX} rows: --csv gives all\n` : '';
  return textTable(names, shown.slice(0, TABLE_ROWS_MAX)) + more;
}

/** Hides the rounding errors of doubles in sums of prices (1.3319999999999999). */
function tableCell(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(TABLE_DIGITS));
  const shown = plain(value);
  return typeof shown === 'object' && shown !== null ? json(shown) : shown;
}

function csvCell(value: unknown): string | number | null {
  const cell = plain(value);
  return cell === null || typeof cell === 'number' || typeof cell === 'string' ? cell : json(cell);
}

function jsonLine(names: readonly string[], row: readonly unknown[]): string {
  const object = Object.fromEntries(names.map((name, index) => [name, plain(row[index])]));
  return json(object) + '\n';
}

const json = (value: unknown) => JSON.stringify(value, (_, part: unknown) => plain(part));

/** DuckDB's counts are BigInts, which JSON cannot represent. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value instanceof Date ? value.toISOString() : (value ?? null);
}
