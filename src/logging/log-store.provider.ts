import type { FactoryProvider } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { CsvLogStore } from './csv/csv-log.store.js';
import { LogStore } from './log-store.js';
import { PostgresLogStore } from './postgres/postgres-log.store.js';

/** A database if there is one, else files. */
export const logStoreProvider: FactoryProvider<LogStore> = {
  provide: LogStore,
  useFactory: (settings: Settings) =>
    settings.DATABASE_URL === '' ? new CsvLogStore(settings) : new PostgresLogStore(settings),
  inject: [Settings],
};
