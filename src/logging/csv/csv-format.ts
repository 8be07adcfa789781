import { createObjectCsvStringifier } from 'csv-writer';
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

const TEXT_COLUMNS = LOG_COLUMNS.filter((column) => !NUMBER_COLUMNS.has(column));

/**
 * csv-writer leaves an empty string bare even with `alwaysQuote`, which would make an empty text look like an
 * unknown number. An object whose text is empty is quoted like any other.
 */
const QUOTED_EMPTY = Object('') as string;

/**
 * csv-writer quotes all columns or only those with `,` `"` or LF in them (it overlooks a lone CR). Texts must always
 * be quoted and numbers never, so each run of columns of one kind has its own stringifier.
 */
const runs = columnRuns().map(({ columns, alwaysQuote }) =>
  createObjectCsvStringifier({ header: columns, alwaysQuote, recordDelimiter: ROW_END }),
);

export const HEADER_LINE = LOG_COLUMNS.join(',') + ROW_END;

/** One row as it stands in the file, its CRLF included. Texts are verbatim; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
export function formatRow(row: LogRow): Buffer {
  const record: LogRow = { ...row };
  for (const column of TEXT_COLUMNS) {
    if (record[column] === '') Object.assign(record, { [column]: QUOTED_EMPTY });
  }
  const fields = runs.map((run) => run.stringifyRecords([record]).slice(0, -ROW_END.length));
  return Buffer.from(fields.join(',') + ROW_END);
}

function columnRuns(): { columns: Column[]; alwaysQuote: boolean }[] {
  const found: { columns: Column[]; alwaysQuote: boolean }[] = [];
  for (const column of LOG_COLUMNS) {
    const alwaysQuote = !NUMBER_COLUMNS.has(column);
    const last = found.at(-1);
    if (last?.alwaysQuote === alwaysQuote) last.columns.push(column);
    else found.push({ columns: [column], alwaysQuote });
  }
  return found;
}
