import { CsvLogQueries } from '../index/csv-log-queries.js';
import type { LogQueries } from '../log-queries.js';
import { PostgresLogQueries } from '../postgres/postgres-log-queries.js';
import { Settings } from '../../config/settings.js';
import { logPath } from './log-path.js';

/** A CSV log for a program in the terminal. Its index is in memory, because a running service locks the index file. */
export function csvLogOf(path: string): CsvLogQueries {
  return new CsvLogQueries({ path, warn: (line) => process.stderr.write(`${line}\n`) });
}

/** The log for a program: the given file or, with DATABASE_URL, the database. */
export async function logOf(file: string | undefined): Promise<LogQueries & { close(): Promise<void> }> {
  const url = file === undefined ? databaseUrl() : undefined;
  if (url === undefined) return csvLogOf(await logPath(file));
  return new PostgresLogQueries(Object.assign(new Settings(), { DATABASE_URL: url }));
}

/** From the environment or `.env`; undefined if it is not set or empty. */
export function databaseUrl(): string | undefined {
  try {
    process.loadEnvFile();
  } catch {
    // A missing .env is not an error.
  }
  return [process.env.DATABASE_URL].find(Boolean);
}
