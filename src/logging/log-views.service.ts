import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../common/http/request-context.js';
import { LogFeed } from './live/log-feed.js';
import type { LogFilter } from './log-filter.js';
import { type ExportFormat, type LogPage, type LogPageRequest, LogQueries } from './log-queries.js';
import type { LogRecord } from './dto/log-record.dto.js';
import type { LogStats } from './dto/log-stats.dto.js';
import type { StatsOptions } from './log-stats.js';

/** What a caller may see of the log: all of it, or the rows of one key and no trace of the others. */
export class LogView {
  constructor(
    private readonly log: LogQueries,
    private readonly feed: LogFeed,
    private readonly scope: string | undefined,
    private readonly signal: AbortSignal,
  ) {}

  page(filter: LogFilter, page: LogPageRequest): Promise<LogPage> {
    return this.log.page(this.within(filter), page, this.signal);
  }

  async get(id: string): Promise<LogRecord | undefined> {
    const row = await this.log.get(id, this.signal);
    return this.scope === undefined || row?.key === this.scope ? row : undefined;
  }

  async stats(filter: LogFilter, options: StatsOptions): Promise<LogStats> {
    const stats = await this.log.stats(this.within(filter), options, this.signal);
    // Whose rows could not be read, nobody can tell.
    return this.scope === undefined ? stats : Object.assign(stats, { unreadable_rows: 0 });
  }

  export(filter: LogFilter, format: ExportFormat): AsyncIterable<Uint8Array> {
    return this.log.export(this.within(filter), format, this.signal);
  }

  follow(filter: LogFilter): AsyncGenerator<LogRecord[], void, void> {
    return this.feed.follow(this.within(filter), this.signal);
  }

  private within(filter: LogFilter): LogFilter {
    return this.scope === undefined ? filter : { ...filter, scope: this.scope };
  }
}

/** The one way from a route to the log: a route that asked the log itself would have to think of the scope. */
@Injectable()
export class LogViews {
  constructor(
    private readonly log: LogQueries,
    private readonly feed: LogFeed,
  ) {}

  of({ scope, signal }: RequestContext): LogView {
    return new LogView(this.log, this.feed, scope, signal);
  }
}
