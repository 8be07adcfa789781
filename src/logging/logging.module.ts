import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { logStoreProvider } from './log-store.provider.js';
import { logQueriesProvider } from './log-queries.provider.js';
import { LiveController } from './live/live.controller.js';
import { LogFeed } from './live/log-feed.js';
import { LogsController } from './logs.controller.js';
import { LogHealth } from './log.health.js';
import { LogQueries } from './log-queries.js';
import { LogStore } from './log-store.js';
import { LogViews } from './log-views.service.js';
import { LoggingInterceptor } from './logging.interceptor.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  // `live` before `:id`.
  controllers: [LiveController, LogsController],
  providers: [logStoreProvider, logQueriesProvider, LogFeed, LogViews, LogHealth, LoggingInterceptor],
  exports: [LogStore, LogQueries, LogViews, LogHealth, LoggingInterceptor],
})
export class LoggingModule {}
