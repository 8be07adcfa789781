import { LOG_COLUMNS, type LogRow } from './log-row.js';

/**
 * A row as it is answered: the log's field names, numbers as numbers, and null for what is not known.
 * `messages` is the conversation itself rather than its JSON; a text that is no JSON stays a text.
 */
export interface LogRecord extends Pick<LogRow, 'timestamp' | 'model' | 'prompt' | 'response'> {
  latency: number | null;
  prompt_tokens: number | null;
  response_tokens: number | null;
  status: string;
  error: string | null;
  finish_reason: string | null;
  ttft: number | null;
  cost: number | null;
  upstream_model: string | null;
  attempts: number | null;
  id: string | null;
  messages: unknown;
  requested_model: string | null;
  key: string | null;
  user: string | null;
  request_id: string | null;
  overhead: number | null;
}

/** The fields of one row of the file, in the order of LOG_COLUMNS. Older files have only the first seven or sixteen. */
export function recordOf(fields: readonly string[]): LogRecord {
  const field = (name: keyof LogRow) => fields[LOG_COLUMNS.indexOf(name)] ?? '';
  const known = (name: keyof LogRow) => field(name) || null;
  const number = (name: keyof LogRow) => numberOf(field(name));
  return {
    timestamp: field('timestamp'),
    model: field('model'),
    prompt: field('prompt'),
    response: field('response'),
    latency: number('latency'),
    prompt_tokens: number('prompt_tokens'),
    response_tokens: number('response_tokens'),
    // The service that wrote seven columns kept successes only.
    status: field('status') || 'ok',
    error: known('error'),
    finish_reason: known('finish_reason'),
    ttft: number('ttft'),
    cost: number('cost'),
    upstream_model: known('upstream_model'),
    attempts: number('attempts'),
    id: known('id'),
    messages: messagesOf(field('messages')),
    requested_model: known('requested_model'),
    key: known('key'),
    user: known('user'),
    request_id: known('request_id'),
    overhead: number('overhead'),
  };
}

export function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

function messagesOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
