import { LOG_COLUMNS } from '../log-row.js';
import { batched } from '../export/batched.js';
import type { RowReader, RowRef } from './row-reader.js';

const PIECE_BYTES = 256 * 1024;

/**
 * Rows byte for byte as they lie in their files. Where the files have different columns, a header line stands before
 * the first row of each: nothing is filled in, so that what comes out is what was written.
 */
export function rawBytes(refs: AsyncIterable<RowRef[]>, reader: RowReader): AsyncGenerator<Uint8Array> {
  return batched(pieces(refs, reader));
}

async function* pieces(
  refs: AsyncIterable<RowRef[]>,
  reader: RowReader,
): AsyncGenerator<string | Uint8Array> {
  let header: number | undefined;
  for await (const some of refs) {
    for await (const { bytes, columns } of reader.rows(some)) {
      if (columns !== header) yield headerLine(columns);
      header = columns;
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  if (header === undefined) yield headerLine(LOG_COLUMNS.length);
}

const headerLine = (columns: number) => `${LOG_COLUMNS.slice(0, columns).join(',')}\r\n`;
