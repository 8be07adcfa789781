import { AMENDMENT_COLUMNS, type StampedAmendment } from '../amendment.js';
import { ROW_END, textFields } from './csv-format.js';

export const AMENDMENT_HEADER_LINE = AMENDMENT_COLUMNS.join(',') + ROW_END;

/** One amendment in the format of its file, including CRLF. */
export function formatAmendment(amendment: StampedAmendment): Buffer {
  return Buffer.from(textFields(AMENDMENT_COLUMNS.map((column) => amendment[column])) + ROW_END);
}
