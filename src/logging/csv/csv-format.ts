import { createArrayCsvStringifier } from 'csv-writer';
import { COLUMN_KINDS, isNumeric, LOG_COLUMNS, type LogColumn, type LogRow } from '../log-row.js';

export const ROW_END = '\r\n';

export const HEADER_LINE = LOG_COLUMNS.join(',') + ROW_END;

/** Numbers are not quoted; all other columns are quoted texts. */
const NUMBERS: ReadonlySet<LogColumn> = new Set(
  LOG_COLUMNS.filter((column) => isNumeric(COLUMN_KINDS[column])),
);
const OVERHEAD_DECIMALS = 6;

/**
 * csv-writer does not quote an empty string even with `alwaysQuote`, so an empty text would look like an unknown
 * number. It does quote an object whose text is empty.
 */
const QUOTED_EMPTY = Object('') as string;

/**
 * csv-writer quotes all columns, or only those that contain `,` `"` or LF (it overlooks a lone CR). Texts must always
 * be quoted and numbers never, so it gets only texts, one run of adjacent columns at a time.
 */
const texts = createArrayCsvStringifier({ alwaysQuote: true, recordDelimiter: ROW_END });

const RUNS = columnRuns();

/** csv-writer doubles quotes at 0.2 µs each: 16 MiB could block the loop for 3 s. Longer texts are quoted as bytes. */
const LONG_TEXT_UNITS = 64 * 1024;
const QUOTE = 0x22;

/** One row in the format of the file, including CRLF. Texts are verbatim; a lone surrogate becomes U+FFFD. */
export function formatRow(row: LogRow): Buffer {
  if (LOG_COLUMNS.some((column) => isLong(row[column]))) return formatLongRow(row);
  const runs = RUNS.map((columns) =>
    columns[0] && NUMBERS.has(columns[0])
      ? columns.map((column) => numberField(column, row[column])).join(',')
      : textFields(columns.map((column) => String(row[column]))),
  );
  return Buffer.from(runs.join(',') + ROW_END);
}

/** Quoted and separated by commas. */
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
