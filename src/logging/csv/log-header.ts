import { LOG_COLUMNS } from '../log-row.js';
import { HEADER_LINE } from './csv-format.js';

/** The columns of the service that users come from, and those of our own first logs. */
export const FORMER_COLUMN_COUNTS = [7, 16] as const;
export type ColumnCount = (typeof FORMER_COLUMN_COUNTS)[number] | typeof LOG_COLUMNS.length;

export const OLDER_COLUMNS = LOG_COLUMNS.slice(0, 7);

/** More than any header that we know, with room for a foreign one to be quoted in a message. */
export const HEADER_PROBE_BYTES = 1024;

/**
 * What the beginning of a file says about it:
 * - `current`: ours byte for byte, rows can be appended;
 * - `unfinished`: empty, or a header that was cut while being written: no row can be in it;
 * - `older`: columns that we know (seven or sixteen of ours, or all of them saved again by another program with a BOM, LF or quotes):
 *   readable, but never appended to;
 * - `foreign`: somebody else's file.
 */
export type HeaderKind = 'current' | 'unfinished' | 'older' | 'foreign';

export function classifyHeader(beginning: Buffer): HeaderKind {
  const text = beginning.toString('utf8');
  if (text.startsWith(HEADER_LINE)) return 'current';
  if (HEADER_LINE.startsWith(text)) return 'unfinished';
  return columnCount(text) === undefined ? 'foreign' : 'older';
}

/** How many of our columns the header line names; undefined if it is not a header of ours. */
export function columnCount(beginning: string): ColumnCount | undefined {
  const columns = headerColumns(beginning);
  return [LOG_COLUMNS.length, ...FORMER_COLUMN_COUNTS].find(
    (count) => columns === LOG_COLUMNS.slice(0, count).join(','),
  );
}

/** The first line as it would read without BOM, quotes and line end. */
export function headerColumns(text: string): string {
  const line = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  return line.replaceAll('"', '');
}
