import type { FileHandle } from 'node:fs/promises';
import { batched } from '../export/batched.js';
import { withAllColumns } from '../export/raw-row.js';
import { openNamelessFile, writeAt } from './nameless-file.js';
import type { RawRow } from './row-reader.js';

/** Rows in a scratch file, as CSV without header: what DuckDB needs where it has to see the texts. */
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
    for await (const row of rows) {
      const bytes = withAllColumns(row);
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
