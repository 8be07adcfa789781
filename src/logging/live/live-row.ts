import type { LogRecord } from '../dto/log-record.dto.js';
import { recordOf } from '../log-record.js';
import type { LogRow } from '../log-row.js';

/** Of a text that goes to every reader of the live log; the whole is at `GET /logs/{id}`. */
const TEXT_MAX_CHARS = 200;

/** A row as `GET /logs` shows it, with the beginning of its texts and without its conversation. */
export function liveRow(row: LogRow): LogRecord {
  const { prompt, response } = row;
  const shown = { ...row, prompt: beginning(prompt), response: beginning(response), messages: '' };
  return recordOf((column) => String(shown[column] ?? ''));
}

/** Never half a character. */
function beginning(text: string): string {
  return text.slice(0, TEXT_MAX_CHARS).replace(/[\uD800-\uDBFF]$/, '');
}
