import { lineEnd } from '../csv-reader/csv-fields.js';
import type { RawRow } from '../csv-reader/row-reader.js';
import { LOG_COLUMNS } from '../log-row.js';

/**
 * The bytes of a row as they are in its file. A row of an older file gets the fields that it lacks, empty, after its
 * own bytes, so that all rows fit under one header.
 */
export function withAllColumns({ bytes, columns }: Pick<RawRow, 'bytes' | 'columns'>): Uint8Array {
  if (columns === LOG_COLUMNS.length) return bytes;
  const end = bytes.length - lineEnd(bytes).length;
  const missing = ','.repeat(LOG_COLUMNS.length - columns);
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(missing), Buffer.from('\r\n')]);
}
