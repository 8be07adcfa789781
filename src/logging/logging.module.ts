import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { CsvLogStore } from './csv/csv-log.store.js';
import { logQueriesProvider } from './log-queries.provider.js';
import { LogsController } from './logs.controller.js';
import { LogHealth } from './log.health.js';
import { LogQueries } from './log-queries.js';
import { LogStore } from './log-store.js';
import { LoggingInterceptor } from './logging.interceptor.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [LogsController],
  providers: [
    { provide: LogStore, useClass: CsvLogStore },
    logQueriesProvider,
    LogHealth,
    LoggingInterceptor,
  ],
  exports: [LogStore, LogQueries, LogHealth, LoggingInterceptor],
})
export class LoggingModule {}
