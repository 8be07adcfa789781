import type { FactoryProvider } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ThreadedLogQueries } from './index/threaded-log-queries.js';
import { LogQueries } from './log-queries.js';

/** Reads the files that the service writes. Costs nothing before the first question. */
export const logQueriesProvider: FactoryProvider<LogQueries> = {
  provide: LogQueries,
  useFactory: ({ CHAT_LOG_PATH }: Settings) => new ThreadedLogQueries(CHAT_LOG_PATH),
  inject: [Settings],
};
