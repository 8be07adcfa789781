import { basename, dirname, extname, join } from 'node:path';

/** `chat_logs.index.duckdb` beside `chat_logs.csv`. It can be deleted, and is made again. */
export function indexPath(logPath: string): string {
  return join(dirname(logPath), `${basename(logPath, extname(logPath))}.index.duckdb`);
}
