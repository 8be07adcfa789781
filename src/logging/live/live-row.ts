import type { LogRecord } from '../log-record.js';
import type { LogRow } from '../log-row.js';

/** Of a text that goes to every reader of the live log; the whole is at `GET /logs/{id}`. */
const TEXT_MAX_CHARS = 200;

/** A row as `GET /logs` shows it, with the beginning of its texts and without its conversation. */
export function liveRow(row: LogRow): LogRecord {
  return {
    ...row,
    prompt: beginning(row.prompt),
    response: beginning(row.response),
    error: row.error || null,
    finish_reason: row.finish_reason || null,
    upstream_model: row.upstream_model || null,
    messages: null,
    requested_model: row.requested_model || null,
    key: row.key || null,
    user: row.user || null,
    request_id: row.request_id || null,
    cost_source: row.cost === null ? null : 'reported',
    score: null,
    comment: null,
    erased_at: null,
  };
}

/** Never half a character. */
function beginning(text: string): string {
  return text.slice(0, TEXT_MAX_CHARS).replace(/[\uD800-\uDBFF]$/, '');
}
