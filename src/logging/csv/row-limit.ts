import { LOG_COLUMNS, type LogRow } from '../log-row.js';
import { formatRow } from './csv-format.js';
import { ROW_MAX_BYTES } from './row-scanner.js';

const LONG_TEXTS: readonly string[] = ['prompt', 'response', 'messages'];
/** A UTF-16 unit has at most three bytes, so that texts cut to this length always fit. */
const LONG_TEXT_UNITS = Math.floor(ROW_MAX_BYTES / 3 / LONG_TEXTS.length) - 100_000;
const OTHER_TEXT_UNITS = 4_096;

/**
 * A row in the format of the file, at most ROW_MAX_BYTES: queries could not read a longer one. Its texts are truncated
 * if necessary, with a mark that says so.
 */
export function formatBoundedRow(row: LogRow): Buffer {
  if (unitsOf(row) <= ROW_MAX_BYTES) {
    const bytes = formatRow(row);
    if (bytes.length <= ROW_MAX_BYTES) return bytes;
  }
  return formatRow(withShortTexts(row));
}

function unitsOf(row: LogRow): number {
  let units = 0;
  for (const column of LOG_COLUMNS) {
    const value = row[column];
    if (typeof value === 'string') units += value.length;
  }
  return units;
}

function withShortTexts(row: LogRow): LogRow {
  const copy = Object.entries(row).map(([column, value]: [string, LogRow[keyof LogRow]]) => {
    const maxUnits = LONG_TEXTS.includes(column) ? LONG_TEXT_UNITS : OTHER_TEXT_UNITS;
    return [column, typeof value === 'string' ? short(value, maxUnits) : value] as const;
  });
  return Object.fromEntries(copy) as unknown as LogRow;
}

function short(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  // Half a surrogate pair is not a character.
  const kept = text.slice(0, maxUnits).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept} […cut by Parley: ${text.length} characters in all]`;
}
