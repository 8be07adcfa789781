import type { FileHandle } from 'node:fs/promises';
import { ROW_END } from '../csv/csv-format.js';
import type { ColumnCount } from '../csv/log-header.js';
import { LOG_COLUMNS } from '../log-row.js';
import { descriptorPath } from './nameless-file.js';

/** One byte more than any row may have, since DuckDB wants room for it. */
const SPARE_BYTES = 64;
/** Each buffer is a block of memory of at least 256 KiB, however short the rows are. */
const BUFFER_MIN_BYTES = 4 * 1024 * 1024;

/**
 * The line that goes before rows for DuckDB. It takes the first line break that it meets for the row end, in quotes or
 * not, so that without a header a first row with a line break in its text made it refuse all rows.
 */
export function headerLine(columns: ColumnCount, rowEnd: string): Buffer {
  return Buffer.from(LOG_COLUMNS.slice(0, columns).join(',') + rowEnd);
}

/**
 * DuckDB's reader over a header line and rows that end as it does.
 *
 * `parallel = false`: with several threads it guesses where rows begin in the middle of the file, and a prompt that
 * contains CSV can make it guess wrong. `buffer_size`: it must hold the longest row, or the last row of a file is
 * dropped in silence (duckdb/duckdb#25825); who calls this compares the number of rows with his own count.
 * Everything is text at first, so that a single odd number does not cost a row.
 */
export function readCsv(file: FileHandle, columns: ColumnCount, longestRow: number): string {
  const names = LOG_COLUMNS.slice(0, columns).map((name) => `'${name}': 'VARCHAR'`);
  const room = Math.max(longestRow, headerLine(columns, ROW_END).length) + SPARE_BYTES;
  return `read_csv('${descriptorPath(file)}', columns = {${names.join(', ')}}, header = true, auto_detect = false,
    delim = ',', quote = '"', escape = '"', strict_mode = true, null_padding = false, ignore_errors = false,
    parallel = false, max_line_size = ${room}, buffer_size = ${Math.max(2 * room, BUFFER_MIN_BYTES)})`;
}

/** Null for what is no number, or none that JSON knows. */
const number = (name: string) =>
  `CASE WHEN isfinite(TRY_CAST(${name} AS DOUBLE)) THEN TRY_CAST(${name} AS DOUBLE) END`;
const integer = (name: string) => `TRY_CAST(${name} AS BIGINT)`;

/** UTC. A time that cannot be read counts as the oldest there is. */
const timestamp = `coalesce(TRY_CAST(timestamp AS TIMESTAMPTZ) AT TIME ZONE 'UTC', TIMESTAMP '1970-01-01')`;

/** The columns of the index over a file with all columns, or with the older seven: those kept successes only. */
export function indexColumns(columns: ColumnCount, firstRow: number): string {
  const row = `${firstRow} + row_number() OVER () - 1`;
  // Rows without an id still need one to be told apart in their order. No client can ask for it.
  const id = `'~' || lpad(CAST(${row} AS VARCHAR), 12, '0')`;
  const rest =
    columns === 7
      ? `'ok' AS status, NULL AS ttft, NULL AS cost, ${id} AS id`
      : `coalesce(nullif(status, ''), 'ok') AS status, ${number('ttft')} AS ttft, ${number('cost')} AS cost,
         coalesce(nullif(id, ''), ${id}) AS id`;
  return `${row} AS row_no, ${timestamp} AS timestamp, model, ${number('latency')} AS latency,
    ${integer('prompt_tokens')} AS prompt_tokens, ${integer('response_tokens')} AS response_tokens, ${rest}`;
}

/** All columns with their types, for people's own questions and for Parquet. */
export function typedColumns(): string {
  const types: Partial<Record<string, (name: string) => string>> = {
    timestamp: () => timestamp,
    latency: number,
    ttft: number,
    overhead: number,
    cost: number,
    prompt_tokens: integer,
    response_tokens: integer,
    attempts: integer,
  };
  return LOG_COLUMNS.map((name) => `${types[name]?.(name) ?? name} AS ${name}`).join(', ');
}
