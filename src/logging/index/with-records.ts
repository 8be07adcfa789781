import { type DuckDBAppender, DuckDBTimestampValue } from '@duckdb/node-api';
import type { FileHandle } from 'node:fs/promises';
import type { LogRecord } from '../dto/log-record.dto.js';
import { RECORD_COLUMNS, RECORD_KINDS } from '../log-record.js';
import type { ColumnKind } from '../log-row.js';
import { microsecondsOf } from '../timestamp.js';
import { DuckDbEngine, type EngineConnection } from './duckdb-engine.js';
import { descriptorPath, openNamelessFile } from './nameless-file.js';

/** A part is in memory until it is written, and again when it is read: bounded by what its rows hold. */
const PART_UNITS = 8 * 1024 * 1024;
const PART_ROWS = 16_384;

/** Ordinary rows take a fifth of it; the rest is for one row of the largest size, which is in memory several times. */
const MEMORY_LIMIT_MB = 640;

const TYPES: Record<ColumnKind, string> = {
  time: 'TIMESTAMP',
  text: 'VARCHAR',
  number: 'DOUBLE',
  whole: 'BIGINT',
};

/**
 * Lends an empty database that sees records, texts and all, as what `sql` reads from. They are in scratch files of
 * Parquet: a table of its own would do but for its vectors, which hold 2,048 rows however large they are; a part holds
 * as many as fit.
 */
export async function withRecords<T>(
  batches: AsyncIterable<LogRecord[]>,
  work: (engine: DuckDbEngine, sql: string) => Promise<T>,
): Promise<T> {
  const engine = new DuckDbEngine((open) => open(':memory:'), MEMORY_LIMIT_MB);
  const parts: FileHandle[] = [];
  try {
    await engine.use(undefined, async (connection) => {
      for await (const part of partsOf(batches, connection)) {
        const file = await openNamelessFile();
        parts.push(file);
        await connection.run(
          `COPY ${part} TO '${descriptorPath(file)}' (FORMAT parquet, ROW_GROUP_SIZE ${PART_ROWS}, USE_TMP_FILE false)`,
        );
      }
    });
    return await work(
      engine,
      `read_parquet([${parts.map((file) => `'${descriptorPath(file)}'`).join(', ')}])`,
    );
  } finally {
    await Promise.all(parts.map((file) => file.close()));
    await engine.close();
  }
}

/** One table after the other, under the same name; the last may be empty. */
async function* partsOf(
  batches: AsyncIterable<LogRecord[]>,
  connection: EngineConnection,
): AsyncGenerator<string> {
  const columns = RECORD_COLUMNS.map((name) => `"${name}" ${TYPES[RECORD_KINDS[name]]}`);
  const begin = async () => {
    await connection.run(`CREATE OR REPLACE TABLE part (${columns.join(', ')})`);
    return connection.appender('part');
  };
  let appender = await begin();
  let [rows, units] = [0, 0];
  for await (const batch of batches)
    for (const record of batch) {
      units += append(appender, record);
      if (++rows < PART_ROWS && units < PART_UNITS) continue;
      appender.closeSync();
      yield 'part';
      appender = await begin();
      [rows, units] = [0, 0];
    }
  appender.closeSync();
  yield 'part';
}

/** Answers how long its texts are. */
function append(appender: DuckDBAppender, record: LogRecord): number {
  let units = 0;
  for (const name of RECORD_COLUMNS) {
    const value = record[name];
    if (name === 'timestamp')
      // A time that cannot be read counts as the oldest there is.
      appender.appendTimestamp(new DuckDBTimestampValue(BigInt(microsecondsOf(record.timestamp) ?? 0)));
    else if (value === null) appender.appendNull();
    else if (typeof value === 'string') {
      appender.appendVarchar(value);
      units += value.length;
    } else if (RECORD_KINDS[name] === 'whole') appender.appendBigInt(BigInt(Math.round(value)));
    else appender.appendDouble(value);
  }
  appender.endRow();
  return units;
}
