export type RowStatus = 'ok' | 'error' | 'client_closed' | 'interrupted';

/** One exchange as it is kept. Field names are the columns, in order; null is an unknown number and an empty field. */
export interface LogRow {
  /** UTC, ISO 8601 with milliseconds: when the request arrived. */
  timestamp: string;
  /** The registered name that answered, or was asked where none did. */
  model: string;
  prompt: string;
  response: string;
  /** Seconds. */
  latency: number | null;
  prompt_tokens: number | null;
  response_tokens: number | null;
  status: RowStatus;
  /** Our error code, or empty. */
  error: string;
  finish_reason: string;
  /** Seconds to the first content token. */
  ttft: number | null;
  /** US dollars. */
  cost: number | null;
  upstream_model: string;
  attempts: number | null;
  id: string;
  /** The whole conversation as JSON where one was sent, else empty. */
  messages: string;
}

export const LOG_COLUMNS = [
  'timestamp',
  'model',
  'prompt',
  'response',
  'latency',
  'prompt_tokens',
  'response_tokens',
  'status',
  'error',
  'finish_reason',
  'ttft',
  'cost',
  'upstream_model',
  'attempts',
  'id',
  'messages',
] as const satisfies readonly (keyof LogRow)[];
