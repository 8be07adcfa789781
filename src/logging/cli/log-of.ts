import { CsvLogQueries } from '../index/csv-log-queries.js';
import type { LogQueries } from '../log-queries.js';
import { PostgresLogQueries } from '../postgres/postgres-log-queries.js';
import { Settings } from '../../config/settings.js';
import { logPath } from './log-path.js';

/** A CSV log for a program in the terminal. Its index is in memory: a running service has the file for itself. */
export function csvLogOf(path: string): CsvLogQueries {
  return new CsvLogQueries({ path, warn: (line) => process.stderr.write(`${line}\n`) });
}

/** The log that a program is about: the file that was named or, with DATABASE_URL, the database. */
export async function logOf(file: string | undefined): Promise<LogQueries & { close(): Promise<void> }> {
  const url = file === undefined ? databaseUrl() : undefined;
  if (url === undefined) return csvLogOf(await logPath(file));
  return new PostgresLogQueries(Object.assign(new Settings(), { DATABASE_URL: url }));
}

/** From the environment or `.env`; undefined where it is not set, or empty. */
export function databaseUrl(): string | undefined {
  try {
    process.loadEnvFile();
  } catch {
    // No .env is no fault.
  }
  return [process.env.DATABASE_URL].find(Boolean);
}
