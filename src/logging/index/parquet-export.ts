import type { FileHandle } from 'node:fs/promises';
import type { LogRecord } from '../dto/log-record.dto.js';
import { descriptorPath, openNamelessFile } from './nameless-file.js';
import { withRecords } from './with-records.js';

const READ_BYTES = 256 * 1024;
/** Rows are held in memory until a group is full. */
const GROUP = "ROW_GROUP_SIZE 131072, ROW_GROUP_SIZE_BYTES '8MB'";

/** Parquet has its index at the end and its writer wants a file, so the rows pass through scratch files. */
export async function* parquetBytes(
  batches: AsyncIterable<LogRecord[]>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const target = await openNamelessFile();
  try {
    await withRecords(batches, (engine, sql) =>
      engine.use(signal, (connection) =>
        connection.run(
          `COPY (FROM ${sql}) TO '${descriptorPath(target)}' (FORMAT parquet, ${GROUP}, USE_TMP_FILE false)`,
        ),
      ),
    );
    yield* contentsOf(target);
  } finally {
    await target.close();
  }
}

async function* contentsOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
