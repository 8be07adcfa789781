import { CsvLogQueries } from '../index/csv-log-queries.js';

/** The log for a program in the terminal. Its index is in memory: a running service has the file for itself. */
export function logOf(path: string): CsvLogQueries {
  return new CsvLogQueries({ path, warn: (line) => process.stderr.write(`${line}\n`) });
}
