export type RowStatus = 'ok' | 'error' | 'client_closed' | 'interrupted';

/** The type of each column of the log, in order. */
export const COLUMN_KINDS = {
  /** UTC, ISO 8601 with milliseconds: when the request arrived. */
  timestamp: 'time',
  /** Registered name of the model that answered, or that was requested if none did. */
  model: 'text',
  prompt: 'text',
  response: 'text',
  /** Seconds. */
  latency: 'number',
  prompt_tokens: 'whole',
  response_tokens: 'whole',
  status: 'text',
  /** Our error code, or empty. */
  error: 'text',
  finish_reason: 'text',
  /** Seconds to the first content token. */
  ttft: 'number',
  /** US dollars. */
  cost: 'number',
  upstream_model: 'text',
  attempts: 'whole',
  id: 'text',
  /** The whole conversation as JSON, if the request had one; else empty. */
  messages: 'text',
  /** Registered name of the requested model. Differs from `model` after a fallback. */
  requested_model: 'text',
  /** Id of the client's key; empty if none was required. */
  key: 'text',
  /** OpenAI's field `user` or `safety_identifier`. */
  user: 'text',
  /** The value of `X-Request-Id`. */
  request_id: 'text',
  /** Seconds that the service added, to the microsecond: before the first byte sent upstream and after its last byte. */
  overhead: 'number',
} as const satisfies Record<string, ColumnKind>;

export type ColumnKind = 'time' | 'text' | 'number' | 'whole';
export type LogColumn = keyof typeof COLUMN_KINDS;

/** One logged exchange. Field names are the columns; null is an unknown number and an empty field. */
export type LogRow = {
  [Column in LogColumn]: Column extends 'status'
    ? RowStatus
    : (typeof COLUMN_KINDS)[Column] extends 'number' | 'whole'
      ? number | null
      : string;
} & {
  /** `embeddings` and the like, for metrics; no column. Absent: `chat`. */
  readonly operation?: string;
};

export const LOG_COLUMNS = Object.keys(COLUMN_KINDS) as LogColumn[];

/** Index of each column in a row. */
export const COLUMN_PLACES = Object.fromEntries(LOG_COLUMNS.map((name, index) => [name, index])) as Record<
  LogColumn,
  number
>;

export const isNumeric = (kind: ColumnKind): boolean => kind === 'number' || kind === 'whole';
