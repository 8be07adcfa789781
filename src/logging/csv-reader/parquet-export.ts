import type { FileHandle } from 'node:fs/promises';
import type { EngineConnection } from './duckdb-engine.js';
import { descriptorPath, openNamelessFile } from './nameless-file.js';
import { readCsv, typedColumns } from './read-csv.js';
import type { RawRow } from './row-reader.js';
import { spool, type Spool } from './spool.js';

const READ_BYTES = 256 * 1024;
/** Rows are held in memory until a group is full. */
const ROWS_PER_GROUP = 8_192;

/** Parquet has its index at the end and its writer wants a file, so the rows pass through two scratch files. */
export async function* parquetBytes(
  connection: EngineConnection,
  folder: string,
  rows: AsyncIterable<RawRow>,
): AsyncGenerator<Uint8Array> {
  const source = await spool(folder, rows);
  const target = await openNamelessFile(folder);
  try {
    const copied = await connection.run(copySql(source, target));
    if (copied !== source.rows)
      throw new Error(`${source.rows} rows became ${copied} on their way to Parquet`);
    yield* contentsOf(target);
  } finally {
    await source.file.close();
    await target.close();
  }
}

function copySql({ file, longestRow }: Spool, target: FileHandle): string {
  return `COPY (SELECT ${typedColumns()} FROM ${readCsv(file, 16, longestRow)})
    TO '${descriptorPath(target)}' (FORMAT parquet, ROW_GROUP_SIZE ${ROWS_PER_GROUP}, USE_TMP_FILE false)`;
}

async function* contentsOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
