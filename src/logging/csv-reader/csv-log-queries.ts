import type { OnApplicationShutdown } from '@nestjs/common';
import { exportBytes } from '../export/export-bytes.js';
import type { LogFilter } from '../log-filter.js';
import { type ExportFormat, type LogPage, type LogPageRequest, LogQueries } from '../log-queries.js';
import { type LogRecord, recordOf } from '../log-record.js';
import type { Bucket, LogStats } from '../log-stats.js';
import { byIdSql } from '../sql/log-sql.js';
import { csvFields } from './csv-fields.js';
import { DuckDbEngine } from './duckdb-engine.js';
import { histogram, stats } from './index-stats.js';
import { INDEX_SCHEMA, LogIndex } from './log-index.js';
import { parquetBytes } from './parquet-export.js';
import { spool, type Spool } from './spool.js';
import { Reading } from './reading.js';
import { RowFinder } from './row-finder.js';
import type { RawRow, RowReader, RowRef } from './row-reader.js';

/** A page of very large rows ends early: it is held in memory and sent in one go. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** The log's files, read through DuckDB. */
export class CsvLogQueries extends LogQueries implements OnApplicationShutdown {
  private readonly engine = new DuckDbEngine(INDEX_SCHEMA);
  private readonly index: LogIndex;
  private readonly reading: Reading;

  /** `path`: the current file; its rotated and older neighbours are read too. */
  constructor(path: string) {
    super();
    this.index = new LogIndex(path, this.engine);
    this.reading = new Reading(this.engine, this.index);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.index.close();
    await this.engine.close();
  }

  find(filter: LogFilter, { limit, after }: LogPageRequest, signal?: AbortSignal): Promise<LogPage> {
    return this.reading.answer(signal, async (connection, reader) => {
      const found = await new RowFinder(this.engine, connection, reader, filter).newest(limit + 1, after);
      const rows = await records(reader, found.slice(0, limit));
      const last = found[rows.length - 1];
      const next = last && rows.length < found.length ? { timestamp: last.timestamp, id: last.id } : null;
      return { rows, next };
    });
  }

  get(id: string, signal?: AbortSignal): Promise<LogRecord | undefined> {
    return this.reading.answer(signal, async (connection, reader) => {
      const found = await connection.rows<RowRef>(byIdSql('file_no, row_no', id));
      return (await records(reader, found))[0];
    });
  }

  stats(filter: LogFilter, bucket?: Bucket, signal?: AbortSignal): Promise<LogStats> {
    return this.reading.answer(signal, async (connection, reader) => {
      await new RowFinder(this.engine, connection, reader, filter).matchText();
      return { ...(await stats(connection, filter, bucket)), unreadable_rows: this.index.unreadableRows };
    });
  }

  /** How many rows have a latency from one bound to the next, the first from 0, the last without end. */
  histogram(filter: LogFilter, bounds: readonly number[], signal?: AbortSignal): Promise<number[]> {
    return this.reading.answer(signal, async (connection, reader) => {
      await new RowFinder(this.engine, connection, reader, filter).matchText();
      return histogram(connection, filter, bounds);
    });
  }

  export(filter: LogFilter, format: ExportFormat, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.reading.stream(signal, (connection, reader) => {
      const rows = rawRows(new RowFinder(this.engine, connection, reader, filter), reader);
      return format === 'parquet' ? this.parquet(rows, signal) : exportBytes(format, rows);
    });
  }

  /** Every row of the log in a scratch file of its own; the caller closes it. */
  async snapshot(): Promise<Spool> {
    const folder = await this.engine.scratchFolder();
    const copies = this.reading.stream(undefined, (connection, reader) => {
      const rows = rawRows(new RowFinder(this.engine, connection, reader, {}), reader);
      return oneOf(spool(folder, rows));
    });
    for await (const copy of copies) return copy;
    throw new Error('The log could not be copied');
  }

  private async *parquet(rows: AsyncIterable<RawRow>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const connection = await this.engine.connect(signal);
    try {
      yield* parquetBytes(connection, await this.engine.scratchFolder(), rows);
    } finally {
      connection.close();
    }
  }
}

async function* oneOf<T>(value: Promise<T>): AsyncGenerator<T> {
  yield await value;
}

async function* rawRows(finder: RowFinder, reader: RowReader): AsyncGenerator<RawRow> {
  for await (const refs of finder.all()) yield* reader.rows(refs);
}

async function records(reader: RowReader, refs: readonly RowRef[]): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  let bytes = 0;
  for await (const row of reader.rows(refs)) {
    bytes += row.bytes.length;
    if (found.length > 0 && bytes > PAGE_BYTES) break;
    found.push(recordOf(csvFields(row.bytes.toString())));
  }
  return found;
}
