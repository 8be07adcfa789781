import { AMENDMENT_COLUMNS, type AmendmentField, type StampedAmendment } from '../amendment.js';
import { formatAmendment } from '../csv/amendment-format.js';
import { AMENDMENTS, type FileFormat, ROWS } from '../csv/log-header.js';
import { formatBoundedRow } from '../csv/row-limit.js';
import { numberOf } from '../log-record.js';
import { COLUMN_KINDS, isNumeric, LOG_COLUMNS, type LogRow } from '../log-row.js';

/** One kind of line, on its way into a spill and out again. */
export interface LineFormat<T> {
  readonly file: FileFormat;
  readonly columns: readonly string[];
  format(value: T): Buffer;
  /** @param text a field of the line; empty where its file has no such column */
  parse(text: (column: string) => string): T;
}

export const ROW_LINES: LineFormat<LogRow> = {
  file: ROWS,
  columns: LOG_COLUMNS,
  format: formatBoundedRow,
  parse: (text) => {
    const values = LOG_COLUMNS.map((column) => [
      column,
      isNumeric(COLUMN_KINDS[column]) ? numberOf(text(column)) : text(column),
    ]);
    const row = Object.fromEntries(values) as unknown as LogRow;
    // Files of seven columns hold successes only.
    return { ...row, status: text('status') === '' ? 'ok' : row.status };
  },
};

export const AMENDMENT_LINES: LineFormat<StampedAmendment> = {
  file: AMENDMENTS,
  columns: AMENDMENT_COLUMNS,
  format: formatAmendment,
  parse: (text) => ({
    timestamp: text('timestamp'),
    id: text('id'),
    field: text('field') as AmendmentField,
    value: text('value'),
  }),
};
