import { AMENDMENT_COLUMNS, type StampedAmendment } from '../amendment.js';
import { ROW_END, textFields } from './csv-format.js';

export const AMENDMENT_HEADER_LINE = AMENDMENT_COLUMNS.join(',') + ROW_END;

/** One amendment as it stands in its file, its CRLF included. */
export function formatAmendment(amendment: StampedAmendment): Buffer {
  return Buffer.from(textFields(AMENDMENT_COLUMNS.map((column) => amendment[column])) + ROW_END);
}
