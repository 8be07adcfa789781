import type { ExportFormat } from '../log-queries.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import { RECORD_COLUMNS, RECORD_KINDS } from '../log-record.js';
import { isNumeric } from '../log-row.js';
import { batched } from './batched.js';
import { csvLine } from './csv-line.js';
import { neutralised } from './formula.js';
import { jsonPieces } from './json-pieces.js';

const HEADER = `${RECORD_COLUMNS.join(',')}\r\n`;

/** The bytes of an exported file; the same for every kind of log. */
export async function* encodeRecords(
  format: Exclude<ExportFormat, 'raw'>,
  batches: AsyncIterable<LogRecord[]>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (format === 'parquet') {
    // Loads the database that writes it only when needed.
    const { parquetBytes } = await import('../index/parquet-export.js');
    yield* parquetBytes(batches, signal);
  } else yield* batched(format === 'csv' ? csv(batches) : jsonl(batches));
}

async function* csv(batches: AsyncIterable<LogRecord[]>): AsyncGenerator<string> {
  yield HEADER;
  for await (const batch of batches) for (const record of batch) yield spreadsheetRow(record);
}

async function* jsonl(batches: AsyncIterable<LogRecord[]>): AsyncGenerator<string> {
  for await (const batch of batches) {
    for (const record of batch) {
      yield* jsonPieces(record);
      yield '\n';
    }
  }
}

/** Every text quoted and free of formulas. */
export function spreadsheetRow(record: LogRecord): string {
  return csvLine(
    RECORD_COLUMNS.map((name) =>
      isNumeric(RECORD_KINDS[name]) ? record[name] : neutralised(String(record[name] ?? '')),
    ),
  );
}
