import { LOG_COLUMNS } from '../log-row.js';
import { csvFields } from '../csv-reader/csv-fields.js';
import type { RawRow } from '../csv-reader/row-reader.js';
import type { ExportFormat } from '../log-queries.js';
import { numberOf, recordOf } from '../log-record.js';
import { batched } from './batched.js';
import { neutralised } from './formula.js';
import { jsonPieces } from './json-pieces.js';
import { withAllColumns } from './raw-row.js';

const LINE_END = '\r\n';
const HEADER = LOG_COLUMNS.join(',') + LINE_END;
const NUMBERS: ReadonlySet<string> = new Set([
  'latency',
  'prompt_tokens',
  'response_tokens',
  'ttft',
  'cost',
  'attempts',
  'overhead',
]);

const PIECES: Record<
  Exclude<ExportFormat, 'parquet'>,
  (rows: AsyncIterable<RawRow>) => AsyncGenerator<string | Uint8Array>
> = { csv, raw, jsonl };

/** The bytes of an exported file. */
export function exportBytes(
  format: Exclude<ExportFormat, 'parquet'>,
  rows: AsyncIterable<RawRow>,
): AsyncGenerator<Uint8Array> {
  return batched(PIECES[format](rows));
}

async function* csv(rows: AsyncIterable<RawRow>): AsyncGenerator<string> {
  yield HEADER;
  for await (const row of rows) yield spreadsheetRow(csvFields(row.bytes.toString()));
}

async function* raw(rows: AsyncIterable<RawRow>): AsyncGenerator<string | Uint8Array> {
  yield HEADER;
  for await (const row of rows) yield withAllColumns(row);
}

async function* jsonl(rows: AsyncIterable<RawRow>): AsyncGenerator<string> {
  for await (const row of rows) {
    yield* jsonPieces(recordOf(csvFields(row.bytes.toString())));
    yield '\n';
  }
}

/** Every field quoted and free of formulas, but for numbers. */
export function spreadsheetRow(fields: readonly string[]): string {
  const cells = LOG_COLUMNS.map((name, index) => {
    const text = fields[index] ?? '';
    const isNumber = NUMBERS.has(name) && (text === '' || numberOf(text) !== null);
    return isNumber ? text : `"${neutralised(text).replaceAll('"', '""')}"`;
  });
  return cells.join(',') + LINE_END;
}
