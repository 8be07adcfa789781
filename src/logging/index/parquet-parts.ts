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

/** An empty database for rows with their texts. The caller closes it. */
export const scratchEngine = () => new DuckDbEngine((open) => open(':memory:'), MEMORY_LIMIT_MB);

const TYPES: Record<ColumnKind, string> = {
  time: 'TIMESTAMP',
  text: 'VARCHAR',
  number: 'DOUBLE',
  whole: 'BIGINT',
};

/**
 * Records in scratch files of Parquet, where DuckDB has to see their texts. A table of its own would do but for its
 * vectors, which hold 2,048 rows however large they are; a part holds as many as fit.
 */
export class ParquetParts {
  private readonly files: FileHandle[] = [];

  private constructor(private readonly folder: string) {}

  /** The caller closes them. */
  static async write(engine: DuckDbEngine, batches: AsyncIterable<LogRecord[]>): Promise<ParquetParts> {
    const parts = new ParquetParts(await engine.scratchFolder());
    try {
      await engine.use(undefined, (connection) => parts.fill(connection, batches));
      return parts;
    } catch (error) {
      await parts.close();
      throw error;
    }
  }

  /** All parts, as DuckDB reads them. */
  get sql(): string {
    return `read_parquet([${this.files.map((file) => `'${descriptorPath(file)}'`).join(', ')}])`;
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }

  private async fill(connection: EngineConnection, batches: AsyncIterable<LogRecord[]>): Promise<void> {
    let part = await Part.begin(connection);
    for await (const batch of batches) {
      for (const record of batch) {
        part.append(record);
        if (!part.isFull) continue;
        await this.keep(connection, part);
        part = await Part.begin(connection);
      }
    }
    await this.keep(connection, part);
  }

  private async keep(connection: EngineConnection, part: Part): Promise<void> {
    part.end();
    const file = await openNamelessFile(this.folder);
    this.files.push(file);
    await connection.run(
      `COPY part TO '${descriptorPath(file)}' (FORMAT parquet, ROW_GROUP_SIZE ${PART_ROWS}, USE_TMP_FILE false)`,
    );
  }
}

class Part {
  private rows = 0;
  private units = 0;

  private constructor(private readonly appender: DuckDBAppender) {}

  static async begin(connection: EngineConnection): Promise<Part> {
    const columns = RECORD_COLUMNS.map((name) => `"${name}" ${TYPES[RECORD_KINDS[name]]}`);
    await connection.run(`CREATE OR REPLACE TABLE part (${columns.join(', ')})`);
    return new Part(await connection.appender('part'));
  }

  get isFull(): boolean {
    return this.rows >= PART_ROWS || this.units >= PART_UNITS;
  }

  append(record: LogRecord): void {
    for (const name of RECORD_COLUMNS) this.appendValue(name, record[name]);
    this.appender.endRow();
    this.rows++;
  }

  end(): void {
    this.appender.closeSync();
  }

  private appendValue(name: keyof LogRecord, value: string | number | null): void {
    const { appender } = this;
    if (name === 'timestamp') {
      // A time that cannot be read counts as the oldest there is.
      appender.appendTimestamp(new DuckDBTimestampValue(BigInt(microsecondsOf(String(value)) ?? 0)));
    } else if (value === null) appender.appendNull();
    else if (typeof value === 'string') {
      appender.appendVarchar(value);
      this.units += value.length;
    } else if (RECORD_KINDS[name] === 'whole') appender.appendBigInt(BigInt(Math.round(value)));
    else appender.appendDouble(value);
  }
}
