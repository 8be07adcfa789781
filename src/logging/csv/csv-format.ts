import { createArrayCsvStringifier } from 'csv-writer';
import { LOG_COLUMNS, type LogRow } from '../log-row.js';

type Column = (typeof LOG_COLUMNS)[number];

export const ROW_END = '\r\n';

const NUMBER_COLUMNS: ReadonlySet<Column> = new Set<Column>([
  'latency',
  'prompt_tokens',
  'response_tokens',
  'ttft',
  'cost',
  'attempts',
]);

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

export const HEADER_LINE = LOG_COLUMNS.join(',') + ROW_END;

/** One row as it stands in the file, its CRLF included. Texts are verbatim; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
export function formatRow(row: LogRow): Buffer {
  let line = '';
  for (const { columns, isText } of RUNS) {
    if (line !== '') line += ',';
    line += isText ? textFields(row, columns) : numberFields(row, columns);
  }
  return Buffer.from(line + ROW_END);
}

function textFields(row: LogRow, columns: readonly Column[]): string {
  const fields = columns.map((column) => (row[column] === '' ? QUOTED_EMPTY : row[column]));
  return texts.stringifyRecords([fields]).slice(0, -ROW_END.length);
}

function numberFields(row: LogRow, columns: readonly Column[]): string {
  return columns.map((column) => row[column] ?? '').join(',');
}

function columnRuns(): { columns: Column[]; isText: boolean }[] {
  const found: { columns: Column[]; isText: boolean }[] = [];
  for (const column of LOG_COLUMNS) {
    const isText = !NUMBER_COLUMNS.has(column);
    const last = found.at(-1);
    if (last?.isText === isText) last.columns.push(column);
    else found.push({ columns: [column], isText });
  }
  return found;
}
