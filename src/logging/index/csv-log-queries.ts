import { eraseLog } from '../csv/erasure/erase-log.js';
import { encodeRecords } from '../export/encode-records.js';
import type { LogFilter } from '../log-filter.js';
import {
  type ExportFormat,
  type LogPage,
  type LogPageRequest,
  LogQueries,
  type Unbilled,
} from '../log-queries.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import type { LogStats } from '../dto/log-stats.dto.js';
import type { StatsOptions } from '../log-stats.js';
import type { Selection } from '../selection.js';
import { StatsQuery } from '../sql/stats-query.js';
import { type IndexOptions, LogIndex } from './log-index.js';
import { rawBytes } from './raw-bytes.js';
import { Reading, type Source } from './reading.js';
import { RecordReader } from './record-reader.js';
import { RowFinder, textIsMatched, tieOf } from './row-finder.js';

/** A page of very large rows ends early: it is held in memory. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Rows of an export that are held at once, unless one alone is larger. */
const BATCH_BYTES = 256 * 1024;

const UNBILLED = `SELECT id, arg_max(value, row(moment, start)) FILTER (WHERE field = 'generation') AS generation
  FROM amendment WHERE moment >= $1 GROUP BY id
  HAVING count(*) FILTER (WHERE field = 'generation') > 0 AND count(*) FILTER (WHERE field = 'cost') = 0
  ORDER BY min(moment) LIMIT $2`;

/** The log's files, read through DuckDB, in the thread of whoever calls. */
export class CsvLogQueries extends LogQueries {
  private readonly index: LogIndex;
  private readonly reading: Reading;

  constructor(private readonly options: IndexOptions) {
    super();
    this.index = new LogIndex(options);
    this.reading = new Reading(this.index);
  }

  close(): Promise<void> {
    return this.index.close();
  }

  page(filter: LogFilter, { limit, after }: LogPageRequest, signal?: AbortSignal): Promise<LogPage> {
    return this.reading.answer(signal, async (source) => {
      const found = await new RowFinder(source, filter).newest(limit + 1, after);
      const records = new RecordReader(source).read(found.slice(0, limit), PAGE_BYTES);
      const { value: rows = [] } = await records.next();
      const last = found[rows.length - 1];
      const next = last && rows.length < found.length ? { ...last, tie: tieOf(last) } : null;
      return { rows, next: next && { timestamp: next.timestamp, id: next.id, tie: next.tie } };
    });
  }

  get(id: string, signal?: AbortSignal): Promise<LogRecord | undefined> {
    return this.reading.answer(signal, async (source) => {
      const found = await new RowFinder(source, {}).byId(id);
      const { value: rows } = await new RecordReader(source).read(found, PAGE_BYTES).next();
      return rows?.[0];
    });
  }

  stats(filter: LogFilter, options: StatsOptions = {}, signal?: AbortSignal): Promise<LogStats> {
    return this.reading.answer(signal, async (source) => {
      await new RowFinder(source, filter).matchText();
      const query = new StatsQuery((statement) => source.connection.rows(statement), filter, textIsMatched);
      const figures = await query.figures(options);
      return { ...figures, unreadable_rows: this.index.unreadableRows };
    });
  }

  unbilled(since: Date, most: number, signal?: AbortSignal): Promise<Unbilled[]> {
    return this.reading.answer(signal, ({ connection }) =>
      connection.rows<Unbilled>({ text: UNBILLED, values: [since.getTime() * 1000, most] }),
    );
  }

  rows(filter: LogFilter, signal?: AbortSignal): AsyncGenerator<LogRecord[]> {
    return this.reading.stream(signal, (source) => batchesOf(source, filter));
  }

  override export(filter: LogFilter, format: ExportFormat, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    if (format !== 'raw') return encodeRecords(format, this.rows(filter, signal), signal);
    return this.reading.stream(signal, (source) =>
      rawBytes(new RowFinder(source, filter).places(), source.reader),
    );
  }

  erase(selection: Selection): Promise<boolean> {
    return eraseLog(this.options.path, selection, { say: this.options.warn });
  }
}

async function* batchesOf(source: Source, filter: LogFilter): AsyncGenerator<LogRecord[]> {
  // Amendments are asked for while the rows come over the other connection.
  const connection = await source.engine.connect(source.connection.signal);
  try {
    const records = new RecordReader({ ...source, connection });
    for await (const refs of new RowFinder(source, filter).all()) yield* records.read(refs, BATCH_BYTES);
  } finally {
    connection.close();
  }
}
