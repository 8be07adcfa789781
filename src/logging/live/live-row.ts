import type { LogRecord } from '../dto/log-record.dto.js';
import { recordOf } from '../log-record.js';
import type { LogRow } from '../log-row.js';

/** Maximum length of texts in the live log; `GET /logs/{id}` has the whole. */
const TEXT_MAX_CHARS = 200;

/** A row as in `GET /logs`, with the beginning of its texts and without its conversation. */
export function liveRow(row: LogRow): LogRecord {
  const { prompt, response } = row;
  const shown = { ...row, prompt: beginning(prompt), response: beginning(response), messages: '' };
  return recordOf((column) => String(shown[column] ?? ''));
}

/** Does not split a character. */
function beginning(text: string): string {
  return text.slice(0, TEXT_MAX_CHARS).replace(/[\uD800-\uDBFF]$/, '');
}
