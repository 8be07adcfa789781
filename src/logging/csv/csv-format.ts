import { createArrayCsvStringifier } from 'csv-writer';
import { LOG_COLUMNS, type LogRow } from '../log-row.js';

type Column = keyof LogRow;

export const ROW_END = '\r\n';

export const HEADER_LINE = LOG_COLUMNS.join(',') + ROW_END;

/** These stand bare; all other columns are texts and quoted. */
const NUMBERS: ReadonlySet<Column> = new Set([
  'latency',
  'prompt_tokens',
  'response_tokens',
  'ttft',
  'cost',
  'attempts',
  'overhead',
]);
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

/** One row as it stands in the file, its CRLF included. Texts are verbatim; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
export function formatRow(row: LogRow): Buffer {
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

function numberField(column: Column, value: LogRow[Column]): string {
  if (value === null) return '';
  return column === 'overhead' ? Number(value).toFixed(OVERHEAD_DECIMALS) : String(value);
}

function columnRuns(): Column[][] {
  const runs: Column[][] = [];
  for (const column of LOG_COLUMNS) {
    const last = runs.at(-1);
    if (last?.[0] && NUMBERS.has(last[0]) === NUMBERS.has(column)) last.push(column);
    else runs.push([column]);
  }
  return runs;
}
