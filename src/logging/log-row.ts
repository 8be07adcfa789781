export type RowStatus = 'ok' | 'error' | 'client_closed' | 'interrupted';

/** One exchange as it is kept. Field names are the columns, in order; null is an unknown number and an empty field. */
export interface LogRow {
  /** UTC, ISO 8601 with milliseconds: when the request arrived. */
  timestamp: string;
  /** Registered name of the model that answered, or that was asked where none did. */
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
  /** Registered name of the model that was asked. Differs from `model` after a fallback. */
  requested_model: string;
  /** Id of the client's key; empty where none was asked for. */
  key: string;
  /** OpenAI's field `user` or `safety_identifier`. */
  user: string;
  /** What `X-Request-Id` said. */
  request_id: string;
  /** Seconds that the service itself added, to the microsecond: before the first byte sent upstream and after its last byte. */
  overhead: number | null;
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
  'requested_model',
  'key',
  'user',
  'request_id',
  'overhead',
] as const satisfies readonly (keyof LogRow)[];
