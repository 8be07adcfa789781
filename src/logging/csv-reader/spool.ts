import type { FileHandle } from 'node:fs/promises';
import { ROW_END } from '../csv/csv-format.js';
import { batched } from '../export/batched.js';
import { withAllColumns } from '../export/raw-row.js';
import { lineEnd } from './csv-fields.js';
import { openNamelessFile, writeAt } from './nameless-file.js';
import { headerLine } from './read-csv.js';
import { LOG_COLUMNS } from '../log-row.js';
import type { RawRow } from './row-reader.js';

/** Rows in a scratch file, as CSV with a header: what DuckDB needs where it has to see the texts. */
export interface Spool {
  file: FileHandle;
  rows: number;
  longestRow: number;
}

/** The caller closes the file. */
export async function spool(folder: string, rows: AsyncIterable<RawRow>): Promise<Spool> {
  const file = await openNamelessFile(folder);
  const spooled = { file, rows: 0, longestRow: 0 };
  async function* counted(): AsyncGenerator<Uint8Array> {
    yield headerLine(LOG_COLUMNS.length, ROW_END);
    for await (const row of rows) {
      const bytes = withRowEnd(withAllColumns(row));
      spooled.rows++;
      spooled.longestRow = Math.max(spooled.longestRow, bytes.length);
      yield bytes;
    }
  }
  try {
    let position = 0;
    for await (const bytes of batched(counted())) {
      await writeAt(file, bytes, position);
      position += bytes.length;
    }
    return spooled;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Files of different origin meet here, and DuckDB refuses rows that do not end like the header. */
function withRowEnd(row: Uint8Array): Uint8Array {
  const end = lineEnd(row);
  return end === ROW_END
    ? row
    : Buffer.concat([row.subarray(0, row.length - end.length), Buffer.from(ROW_END)]);
}
