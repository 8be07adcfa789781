import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { stat } from 'node:fs/promises';
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
import { amendmentsPath } from '../csv/log-neighbours.js';
import { eraseLog } from '../csv/erasure/erase-log.js';
import { indexPath } from './index-path.js';
import { LogThread } from './log-thread.js';

/** From here on the first question would be waited for; a small log costs no memory until somebody asks. */
const LARGE_LOG_BYTES = 16 * 1024 * 1024;

/** The log's files, read in a thread of their own: no question, however large the log, holds up a chat. */
export class ThreadedLogQueries extends LogQueries implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Log');
  private readonly thread: LogThread;
  private readonly warn = (line: string) => {
    this.logger.warn(line);
  };

  /** `path`: the current file; its rotated and older neighbours are read too. */
  constructor(private readonly path: string) {
    super();
    this.thread = new LogThread({ path, indexPath: indexPath(path) }, this.warn);
  }

  /** Opens a large log ahead, in the background. */
  async onApplicationBootstrap(): Promise<void> {
    const size = await sizeOf(this.path);
    if (size >= LARGE_LOG_BYTES) void this.page({}, { limit: 1 }).catch(() => undefined);
  }

  onApplicationShutdown(): Promise<void> {
    return this.thread.close();
  }

  page(filter: LogFilter, page: LogPageRequest, signal?: AbortSignal): Promise<LogPage> {
    return this.thread.call('page', [filter, page], signal);
  }

  get(id: string, signal?: AbortSignal): Promise<LogRecord | undefined> {
    return this.thread.call('get', [id], signal);
  }

  stats(filter: LogFilter, options: StatsOptions = {}, signal?: AbortSignal): Promise<LogStats> {
    return this.thread.call('stats', [filter, options], signal);
  }

  /** Without a file of amendments there is nobody to ask, and no thread is needed. */
  async unbilled(since: Date, most: number, signal?: AbortSignal): Promise<Unbilled[]> {
    if ((await sizeOf(amendmentsPath(this.path))) === 0) return [];
    return this.thread.call('unbilled', [since, most], signal);
  }

  rows(filter: LogFilter, signal?: AbortSignal): AsyncGenerator<LogRecord[]> {
    return this.thread.pieces('rows', [filter], signal);
  }

  override export(filter: LogFilter, format: ExportFormat, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.thread.pieces('export', [filter, format], signal);
  }

  erase(selection: Selection): Promise<boolean> {
    return eraseLog(this.path, selection, { say: this.warn });
  }
}

/** 0 where there is none. */
const sizeOf = (path: string) =>
  stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
