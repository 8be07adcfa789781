import { TestDatabase } from './postgres-server.js';

/** One way to keep the log: what holds of the log holds of each. */
export interface LogStoreCase {
  name: 'CSV' | 'PostgreSQL';
  start: () => Promise<StartedStore>;
  /** A text as it comes back. */
  kept: (text: string) => string;
}

interface StartedStore {
  /** What the service is started with. */
  env: Record<string, string>;
  remove: () => Promise<void>;
}

export const LOG_STORES: LogStoreCase[] = [
  {
    name: 'CSV',
    start: () => Promise.resolve({ env: {}, remove: () => Promise.resolve() }),
    kept: (text) => text,
  },
  {
    name: 'PostgreSQL',
    start: async () => {
      const database = await TestDatabase.create();
      return { env: { DATABASE_URL: database.url }, remove: () => database.remove() };
    },
    kept: (text) => text.replaceAll('\0', '\u2400'),
  },
];
