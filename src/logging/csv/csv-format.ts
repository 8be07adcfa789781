import { createArrayCsvStringifier } from 'csv-writer';
import { COLUMN_KINDS, isNumeric, LOG_COLUMNS, type LogColumn, type LogRow } from '../log-row.js';

export const ROW_END = '\r\n';

export const HEADER_LINE = LOG_COLUMNS.join(',') + ROW_END;

/** Numbers stand bare; all other columns are texts and quoted. */
const NUMBERS: ReadonlySet<LogColumn> = new Set(
  LOG_COLUMNS.filter((column) => isNumeric(COLUMN_KINDS[column])),
);
const OVERHEAD_DECIMALS = 6;

/**
 * csv-writer leaves an empty string bare even with `alwaysQuote`, which would make an empty text look like an
 * unknown number. An object whose text is empty is quoted like any other.
 */
const QUOTED_EMPTY = Object('') as string;

/**
 * csv-writer quotes all columns or only those with `,` `"` or LF in them (it overlooks a lone CR). Texts must always
 * be quoted and numbers never, so only texts are its business, one run of neighbouring columns at a time.
 */
const texts = createArrayCsvStringifier({ alwaysQuote: true, recordDelimiter: ROW_END });

const RUNS = columnRuns();

/** csv-writer doubles quotes at 0.2 µs each: a text of 16 MiB could hold the event loop for 3 s. Longer ones are quoted as bytes. */
const LONG_TEXT_UNITS = 64 * 1024;
const QUOTE = 0x22;

/** One row as it stands in the file, its CRLF included. Texts are verbatim; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
export function formatRow(row: LogRow): Buffer {
  if (LOG_COLUMNS.some((column) => isLong(row[column]))) return formatLongRow(row);
  const runs = RUNS.map((columns) =>
    columns[0] && NUMBERS.has(columns[0])
      ? columns.map((column) => numberField(column, row[column])).join(',')
      : textFields(columns.map((column) => String(row[column]))),
  );
  return Buffer.from(runs.join(',') + ROW_END);
}

/** Quoted, with commas between them. */
export function textFields(values: readonly string[]): string {
  const record = values.map((value) => (value === '' ? QUOTED_EMPTY : value));
  return texts.stringifyRecords([record]).slice(0, -ROW_END.length);
}

function isLong(value: LogRow[LogColumn]): value is string {
  return typeof value === 'string' && value.length > LONG_TEXT_UNITS;
}

function formatLongRow(row: LogRow): Buffer {
  const fields = LOG_COLUMNS.flatMap((column) => {
    const value = row[column];
    if (isLong(value)) return [Buffer.from(','), quotedBytes(value)];
    const field = NUMBERS.has(column) ? numberField(column, value) : textFields([String(value)]);
    return [Buffer.from(','), Buffer.from(field)];
  });
  return Buffer.concat([...fields.slice(1), Buffer.from(ROW_END)]);
}

function quotedBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  const quoted = Buffer.allocUnsafe(2 * bytes.length + 2);
  let length = 0;
  quoted[length++] = QUOTE;
  let read = 0;
  while (read < bytes.length) {
    const byte = bytes[read++] ?? 0;
    quoted[length++] = byte;
    if (byte === QUOTE) quoted[length++] = QUOTE;
  }
  quoted[length++] = QUOTE;
  return quoted.subarray(0, length);
}

function numberField(column: LogColumn, value: LogRow[LogColumn]): string {
  if (value === null) return '';
  return column === 'overhead' ? Number(value).toFixed(OVERHEAD_DECIMALS) : String(value);
}

function columnRuns(): LogColumn[][] {
  const runs: LogColumn[][] = [];
  for (const column of LOG_COLUMNS) {
    const last = runs.at(-1);
    if (last?.[0] && NUMBERS.has(last[0]) === NUMBERS.has(column)) last.push(column);
    else runs.push([column]);
  }
  return runs;
}
