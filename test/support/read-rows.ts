import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';

export type CsvRow = Record<string, string>;

/** All rows of a log file. Strict: a row with more or fewer fields than the header throws. */
export async function readRows(path: string): Promise<CsvRow[]> {
  return parse(await readFile(path), { columns: true, record_delimiter: '\r\n', relax_quotes: false });
}
