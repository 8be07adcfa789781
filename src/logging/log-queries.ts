import { encodeRecords } from './export/encode-records.js';
import type { LogCursor } from './log-cursor.js';
import { noRawRows } from './log-failures.js';
import type { LogFilter } from './log-filter.js';
import type { LogRecord } from './dto/log-record.dto.js';
import type { LogStats } from './dto/log-stats.dto.js';
import type { StatsOptions } from './log-stats.js';
import type { Selection } from './selection.js';

export const EXPORT_FORMATS = ['csv', 'raw', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface LogPageRequest {
  /** Most rows to answer. Fewer come where they are very large; `next` goes on after them. */
  limit: number;
  /** The place where the page before ended. */
  after?: LogCursor | undefined;
}

/** The id of a row, and the upstream's id by which its bill can be asked for. */
export interface Unbilled {
  id: string;
  generation: string;
}

export interface LogPage {
  rows: LogRecord[];
  /** Where the next page starts; null where this is the last. */
  next: LogCursor | null;
}

/**
 * Questions to the log. The port of its readers: CSV files through DuckDB, or PostgreSQL.
 *
 * An answer holds every row and every amendment that was acknowledged before it was asked, and whole rows only.
 * Reading never blocks the writer. Too many questions at once, or one that takes too long, is a Problem 503; an
 * aborted signal ends the work and rejects with its reason.
 */
export abstract class LogQueries {
  /** Rows, newest first. */
  abstract page(filter: LogFilter, page: LogPageRequest, signal?: AbortSignal): Promise<LogPage>;

  abstract get(id: string, signal?: AbortSignal): Promise<LogRecord | undefined>;

  /** Figures per model and in all, and over time where a bucket is given. */
  abstract stats(filter: LogFilter, options?: StatsOptions, signal?: AbortSignal): Promise<LogStats>;

  /** The rows in the order of the log, in batches of some hundred kilobytes. */
  abstract rows(filter: LogFilter, signal?: AbortSignal): AsyncIterable<LogRecord[]>;

  /** Rows whose bill was still to come, and has not: the oldest first, from `since` on, and at most `most`. */
  abstract unbilled(since: Date, most: number, signal?: AbortSignal): Promise<Unbilled[]>;

  /** Blanks the texts of rows, and amends them with `erased_at`. True if it was done in full. */
  abstract erase(selection: Selection): Promise<boolean>;

  /** The rows in the order of the log, as the bytes of a file. Throws Problem 406 where a store has no such bytes. */
  export(filter: LogFilter, format: ExportFormat, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    if (format === 'raw') throw noRawRows();
    return encodeRecords(format, this.rows(filter, signal), signal);
  }
}
