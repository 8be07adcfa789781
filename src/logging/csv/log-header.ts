import { LOG_COLUMNS } from '../log-row.js';
import { AMENDMENT_HEADER_LINE } from './amendment-format.js';
import { HEADER_LINE } from './csv-format.js';

/** Column counts of the older service, and of our first logs. */
const FORMER_COLUMN_COUNTS = [7, 16];

/** The two kinds of file in a log. */
export interface FileFormat {
  /** Its name for operators. */
  readonly name: string;
  readonly headerLine: string;
  /** Its header, and those of readable older versions: columns separated by commas. */
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

/** Longer than any known header, so that messages can quote a foreign one. */
export const HEADER_PROBE_BYTES = 1024;

/**
 * The kind of a file by its beginning:
 * - `current`: our exact header, so rows can be appended;
 * - `unfinished`: empty, or a partly written header: it contains no row;
 * - `older`: known columns (seven or sixteen of ours, or all of them saved by another program with a BOM, LF or
 * quotes): readable, but never appended to;
 * - `foreign`: a file of another program.
 */
export type HeaderKind = 'current' | 'unfinished' | 'older' | 'foreign';

export function classifyHeader(beginning: Buffer, { headerLine, knownColumns } = ROWS): HeaderKind {
  const text = beginning.toString('utf8');
  if (text.startsWith(headerLine)) return 'current';
  if (headerLine.startsWith(text)) return 'unfinished';
  return knownColumns.includes(headerColumns(text)) ? 'older' : 'foreign';
}

/** The first line without BOM, quotes and line end. */
export function headerColumns(text: string): string {
  const line = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  return line.replaceAll('"', '');
}
