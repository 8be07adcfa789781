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
  /** Maximum number of rows. There are fewer if rows are very large; `next` continues after them. */
  limit: number;
  /** Where the previous page ended. */
  after?: LogCursor | undefined;
}

/** The id of a row, and the upstream's id by which its bill can be requested. */
export interface Unbilled {
  id: string;
  generation: string;
}

export interface LogPage {
  rows: LogRecord[];
  /** Where the next page starts; null on the last page. */
  next: LogCursor | null;
}

/**
 * Queries on the log. Implemented for CSV files with DuckDB and for PostgreSQL.
 *
 * A result contains every row and amendment acknowledged before the query, and only whole rows. Reading never blocks
 * the writer. Too many queries at once, or one that takes too long, are a Problem 503; an aborted signal ends the query
 * and rejects with its reason.
 */
export abstract class LogQueries {
  /** Rows, newest first. */
  abstract page(filter: LogFilter, page: LogPageRequest, signal?: AbortSignal): Promise<LogPage>;

  abstract get(id: string, signal?: AbortSignal): Promise<LogRecord | undefined>;

  /** Figures per model and in total; also over time if a bucket is given. */
  abstract stats(filter: LogFilter, options?: StatsOptions, signal?: AbortSignal): Promise<LogStats>;

  /** Rows in the order of the log, in batches of some hundred kilobytes. */
  abstract rows(filter: LogFilter, signal?: AbortSignal): AsyncIterable<LogRecord[]>;

  /** Rows that still wait for their bill: oldest first, from `since` on, at most `most`. */
  abstract unbilled(since: Date, most: number, signal?: AbortSignal): Promise<Unbilled[]>;

  /** Deletes the texts of rows, and amends them with `erased_at`. True if everything was erased. */
  abstract erase(selection: Selection): Promise<boolean>;

  /** The bytes of a file with the rows in the order of the log. Throws Problem 406 if the format is not supported. */
  export(filter: LogFilter, format: ExportFormat, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    if (format === 'raw') throw noRawRows();
    return encodeRecords(format, this.rows(filter, signal), signal);
  }
}
