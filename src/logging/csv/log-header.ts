import { LOG_COLUMNS } from '../log-row.js';
import { AMENDMENT_HEADER_LINE } from './amendment-format.js';
import { HEADER_LINE } from './csv-format.js';

/** The columns of the service that users come from, and those of our own first logs. */
const FORMER_COLUMN_COUNTS = [7, 16];

/** The two kinds of file that a log consists of. */
export interface FileFormat {
  /** What it is, for operators. */
  readonly name: string;
  readonly headerLine: string;
  /** Its header, and those of older versions that can still be read: columns with commas between them. */
  readonly knownColumns: readonly string[];
}

export const ROWS: FileFormat = {
  name: 'chat log',
  headerLine: HEADER_LINE,
  knownColumns: [LOG_COLUMNS.length, ...FORMER_COLUMN_COUNTS].map((count) =>
    LOG_COLUMNS.slice(0, count).join(','),
  ),
};

export const AMENDMENTS: FileFormat = {
  name: 'file of amendments',
  headerLine: AMENDMENT_HEADER_LINE,
  knownColumns: [AMENDMENT_HEADER_LINE.trim()],
};

/** More than any header that we know, with room for a foreign one to be quoted in a message. */
export const HEADER_PROBE_BYTES = 1024;

/**
 * What the beginning of a file says about it:
 * - `current`: ours byte for byte, rows can be appended;
 * - `unfinished`: empty, or a header that was cut while being written: no row can be in it;
 * - `older`: columns that we know (seven or sixteen of ours, or all of them saved again by another program with a BOM,
 *   LF or quotes): readable, but never appended to;
 * - `foreign`: somebody else's file.
 */
export type HeaderKind = 'current' | 'unfinished' | 'older' | 'foreign';

export function classifyHeader(beginning: Buffer, { headerLine, knownColumns } = ROWS): HeaderKind {
  const text = beginning.toString('utf8');
  if (text.startsWith(headerLine)) return 'current';
  if (headerLine.startsWith(text)) return 'unfinished';
  return knownColumns.includes(headerColumns(text)) ? 'older' : 'foreign';
}

/** The first line as it would read without BOM, quotes and line end. */
export function headerColumns(text: string): string {
  const line = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  return line.replaceAll('"', '');
}
