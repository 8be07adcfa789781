import type { FactoryProvider } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { LogQueries } from '../../logging/log-queries.js';
import { LogStore } from '../../logging/log-store.js';
import { PostgresAllowances } from '../postgres/postgres-allowances.service.js';
import { Allowances } from './allowances.js';
import { LocalAllowances } from './local-allowances.service.js';

/** Limits shared by all processes on the database if there is one, else the limits of this process. */
export const allowancesProvider: FactoryProvider<Allowances> = {
  provide: Allowances,
  useFactory: (settings: Settings, store: LogStore, queries: LogQueries) =>
    settings.DATABASE_URL === ''
      ? new LocalAllowances(settings, store, queries)
      : new PostgresAllowances(settings, store, queries),
  inject: [Settings, LogStore, LogQueries],
};
