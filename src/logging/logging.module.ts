import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { CsvLogStore } from './csv/csv-log.store.js';
import { LogHealth } from './log.health.js';
import { LogStore } from './log-store.js';
import { LoggingInterceptor } from './logging.interceptor.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  providers: [{ provide: LogStore, useClass: CsvLogStore }, LogHealth, LoggingInterceptor],
  exports: [LogStore, LogHealth, LoggingInterceptor],
})
export class LoggingModule {}
