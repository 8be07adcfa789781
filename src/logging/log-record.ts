import { LOG_COLUMNS, type LogRow } from './log-row.js';
import { inUtc } from './timestamp.js';

/** Where a cost comes from: the answer itself, its bill that came later, or (still without a figure) a bill to come. */
export type CostSource = 'reported' | 'settled' | 'estimated';

/** A row as it is answered, its amendments applied: the log's field names, numbers as numbers, null for what is not known. */
export interface LogRecord extends Pick<LogRow, 'model' | 'prompt' | 'response'> {
  /** UTC, with `Z`, as long as it can be read. */
  timestamp: string;
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
  /** JSON in one line: the conversation, or a string where the log holds no JSON. Kept as text since it can be large. */
  messages: string | null;
  requested_model: string | null;
  key: string | null;
  user: string | null;
  request_id: string | null;
  overhead: number | null;
  cost_source: CostSource | null;
  /** -1, 0 or 1. */
  score: number | null;
  comment: string | null;
  /** When its texts were erased, UTC. */
  erased_at: string | null;
}

export const RECORD_COLUMNS = [
  ...LOG_COLUMNS,
  'cost_source',
  'score',
  'comment',
  'erased_at',
] as const satisfies readonly (keyof LogRecord)[];

export const NUMBER_COLUMNS: ReadonlySet<keyof LogRecord> = new Set([
  'latency',
  'prompt_tokens',
  'response_tokens',
  'ttft',
  'cost',
  'attempts',
  'overhead',
  'score',
]);

/** What became known of a row later: the last value of each field. */
export type Amended = Partial<Record<string, string>>;

/** @param text a field of the row as the log holds it; empty where it is unknown or its file has no such column */
export function recordOf(text: (column: keyof LogRow) => string, amended: Amended = {}): LogRecord {
  const known = (column: keyof LogRow) => text(column) || null;
  const number = (column: keyof LogRow) => numberOf(amended[column] ?? text(column));
  const cost = number('cost');
  return {
    timestamp: inUtc(text('timestamp')),
    model: text('model'),
    prompt: text('prompt'),
    response: text('response'),
    latency: number('latency'),
    prompt_tokens: number('prompt_tokens'),
    response_tokens: number('response_tokens'),
    // The service that wrote seven columns kept successes only.
    status: text('status') || 'ok',
    error: known('error'),
    finish_reason: known('finish_reason'),
    ttft: number('ttft'),
    cost,
    upstream_model: known('upstream_model'),
    attempts: number('attempts'),
    id: known('id'),
    messages: jsonOf(text('messages')),
    requested_model: known('requested_model'),
    key: known('key'),
    user: known('user'),
    request_id: known('request_id'),
    overhead: number('overhead'),
    cost_source: costSource(cost, amended),
    score: numberOf(amended.score ?? ''),
    comment: amended.comment === '' ? null : (amended.comment ?? null),
    erased_at: amended.erased_at ? inUtc(amended.erased_at) : null,
  };
}

export function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

function costSource(cost: number | null, amended: Amended): CostSource | null {
  if (cost !== null) return amended.cost === undefined ? 'reported' : 'settled';
  return amended.generation ? 'estimated' : null;
}

/** Texts that are no JSON become a JSON string. */
function jsonOf(text: string): string | null {
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return /[\r\n]/.test(text) ? JSON.stringify(value) : text;
  } catch {
    return JSON.stringify(text);
  }
}
