import type { FactoryProvider } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ThreadedLogQueries } from './index/threaded-log-queries.js';
import { LogQueries } from './log-queries.js';
import { PostgresLogQueries } from './postgres/postgres-log-queries.js';

/** Reads the database or the files that the service writes. Has no cost before the first query. */
export const logQueriesProvider: FactoryProvider<LogQueries> = {
  provide: LogQueries,
  useFactory: (settings: Settings) =>
    settings.DATABASE_URL === ''
      ? new ThreadedLogQueries(settings.CHAT_LOG_PATH)
      : new PostgresLogQueries(settings),
  inject: [Settings],
};
