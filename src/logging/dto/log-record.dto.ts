import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Source of a cost: the answer, its later bill, or (still without a figure) a bill to come. */
export type CostSource = 'reported' | 'settled' | 'estimated';

/** A row of the log with its amendments. Unknown values are null. */
@ApiSchema({ name: 'LogRecordDto' })
export class LogRecord {
  /** UTC: when the request arrived. */
  @ApiProperty({ example: '2026-11-23T17:20:47.475Z' })
  timestamp!: string;
  /** The model that answered, or was requested if none did. */
  @ApiProperty({ example: 'mistral' })
  model!: string;
  /** The prompt, or the user's last message. */
  @ApiProperty({ example: 'Who are you?' })
  prompt!: string;
  /** The answer, as far as it had arrived. */
  @ApiProperty({ example: 'I am …' })
  response!: string;
  /** Seconds. */
  @ApiProperty({ example: 3.972 })
  latency!: number | null;
  @ApiProperty({ type: 'integer', minimum: 0, example: 4 })
  prompt_tokens!: number | null;
  @ApiProperty({ type: 'integer', minimum: 0, example: 47 })
  response_tokens!: number | null;
  /** `ok`, `error`, `client_closed` or `interrupted`. */
  @ApiProperty({ example: 'ok' })
  status!: string;
  /** The code of the failure. */
  @ApiProperty({ example: null })
  error!: string | null;
  @ApiProperty({ example: 'stop' })
  finish_reason!: string | null;
  /** Seconds to the first content token. */
  @ApiProperty({ example: 0.412 })
  ttft!: number | null;
  /** US dollars. */
  @ApiProperty({ example: 0.0000123 })
  cost!: number | null;
  @ApiProperty({ example: 'mistralai/ministral-8b-2512' })
  upstream_model!: string | null;
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  attempts!: number | null;
  /** Null for rows of an older log file. */
  @ApiProperty({ example: '01JDCW3Z5N9P8QK2V7XGT4B6HM' })
  id!: string | null;
  /** The whole conversation, if the request had one. */
  // Kept as JSON in one line, since it can be large; a text that is no JSON is a JSON string.
  @ApiProperty({ type: Array, items: { type: 'object' }, example: null })
  messages!: string | null;
  /** The requested model; differs from `model` after a fallback. Null in older log files. */
  @ApiProperty({ example: 'mistral' })
  requested_model!: string | null;
  /** Id of the client's key. */
  @ApiProperty({ example: null })
  key!: string | null;
  /** OpenAI's field `user` or `safety_identifier`. */
  @ApiProperty({ example: null })
  user!: string | null;
  /** The value of `X-Request-Id`. */
  @ApiProperty({ example: '01JDCW3Z5N9P8QK2V7XGT4B6HM' })
  request_id!: string | null;
  /** Seconds that the service itself added. */
  @ApiProperty({ example: 0.000412 })
  overhead!: number | null;
  /** The most tokens that were asked for, where that is not what the client said: a limit of ours, the slug or a budget. */
  @ApiProperty({ type: 'integer', minimum: 1, example: null })
  max_tokens!: number | null;
  /** `reported` with the answer, `settled` by its bill, `estimated` while the bill of an aborted call is awaited. */
  @ApiProperty({ example: 'reported' })
  cost_source!: CostSource | null;
  /** Vote on the answer: -1, 0 or 1. */
  @ApiProperty({ type: 'integer', minimum: -1, maximum: 1, example: null })
  score!: number | null;
  @ApiProperty({ example: null })
  comment!: string | null;
  /** UTC: when the texts of this row were erased. */
  @ApiProperty({ example: null })
  erased_at!: string | null;
}

export class LogPageDto {
  /** Newest first. */
  @ApiProperty()
  data!: LogRecord[];
  /** Pass it as `cursor` for the next page; null on the last page. */
  @ApiProperty({ example: null })
  next_cursor!: string | null;
}
