import type { CostSource, LogRecord } from './dto/log-record.dto.js';
import { COLUMN_KINDS, type ColumnKind, isNumeric, LOG_COLUMNS, type LogColumn } from './log-row.js';
import { inUtc } from './timestamp.js';

/** The columns of the log, and the fields that are added when a row is read. */
export const RECORD_KINDS: Readonly<Record<keyof LogRecord, ColumnKind>> = {
  ...COLUMN_KINDS,
  max_tokens: 'whole',
  cost_source: 'text',
  score: 'whole',
  comment: 'text',
  erased_at: 'text',
};

export const RECORD_COLUMNS = Object.keys(RECORD_KINDS) as (keyof LogRecord)[];

/** Later facts about a row: the last value of each field. */
export type Amended = Partial<Record<string, string>>;

/** @param text a field of the row as stored; empty if it is unknown or its file lacks the column */
export function recordOf(text: (column: LogColumn) => string, amended: Amended = {}): LogRecord {
  const known: Record<string, string | number | null> = {};
  for (const column of LOG_COLUMNS)
    known[column] = isNumeric(COLUMN_KINDS[column])
      ? numberOf(amended[column] ?? text(column))
      : text(column) || null;
  const record = known as unknown as LogRecord;
  return Object.assign(record, {
    timestamp: inUtc(text('timestamp')),
    model: record.model || '',
    prompt: record.prompt || '',
    response: record.response || '',
    // The service that wrote seven columns logged only successes.
    status: record.status || 'ok',
    messages: jsonOf(text('messages')),
    max_tokens: numberOf(amended.max_tokens ?? ''),
    cost_source: costSource(record.cost, amended),
    score: numberOf(amended.score ?? ''),
    comment: amended.comment === '' ? null : (amended.comment ?? null),
    erased_at: amended.erased_at ? inUtc(amended.erased_at) : null,
  });
}

export function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

function costSource(cost: number | null, amended: Amended): CostSource | null {
  if (cost !== null) return amended.cost === undefined ? 'reported' : 'settled';
  return amended.generation ? 'estimated' : null;
}

/** Converts text that is not JSON to a JSON string. */
function jsonOf(text: string): string | null {
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return /[\r\n]/.test(text) ? JSON.stringify(value) : text;
  } catch {
    return JSON.stringify(text);
  }
}
