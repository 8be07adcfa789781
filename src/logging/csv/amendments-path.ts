import { basename, dirname, extname, join } from 'node:path';

export const AMENDMENT_COLUMNS = ['timestamp', 'id', 'field', 'value'] as const;

/** `chat_logs.amendments.csv` beside `chat_logs.csv`. */
export function amendmentsPath(logPath: string): string {
  const extension = extname(logPath);
  return join(dirname(logPath), `${basename(logPath, extension)}.amendments${extension}`);
}
