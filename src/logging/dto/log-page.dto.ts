import { ApiProperty } from '@nestjs/swagger';
import type { CostSource, LogRecord } from '../log-record.js';

/** A row of the log, with what became known of it later. What is not known is null. */
export class LogRecordDto implements Omit<LogRecord, 'messages'> {
  /** UTC: when the request arrived. */
  @ApiProperty({ type: String, example: '2026-11-23T17:20:47.475Z' })
  timestamp!: string;

  /** The model that answered, or was asked where none did. */
  @ApiProperty({ type: String, example: 'mistral' })
  model!: string;

  /** The prompt, or the last message of the user. */
  @ApiProperty({ type: String, example: 'Who are you?' })
  prompt!: string;

  /** What had arrived of the answer. */
  @ApiProperty({ type: String, example: 'I am …' })
  response!: string;

  /** Seconds. */
  @ApiProperty({ type: Number, nullable: true, example: 3.972 })
  latency!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 4 })
  prompt_tokens!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 47 })
  response_tokens!: number | null;

  /** `ok`, `error`, `client_closed` or `interrupted`. */
  @ApiProperty({ type: String, example: 'ok' })
  status!: string;

  /** The code of the failure. */
  @ApiProperty({ type: String, nullable: true, example: null })
  error!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'stop' })
  finish_reason!: string | null;

  /** Seconds to the first content token. */
  @ApiProperty({ type: Number, nullable: true, example: 0.412 })
  ttft!: number | null;

  /** US dollars. */
  @ApiProperty({ type: Number, nullable: true, example: 0.0000123 })
  cost!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'mistralai/ministral-8b-2512' })
  upstream_model!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 1 })
  attempts!: number | null;

  /** Null for rows of an older log file. */
  @ApiProperty({ type: String, nullable: true, example: '01JDCW3Z5N9P8QK2V7XGT4B6HM' })
  id!: string | null;

  /** The whole conversation where one was sent. */
  @ApiProperty({ type: Array, items: { type: 'object' }, nullable: true, example: null })
  messages!: unknown;

  /** The model that was asked: another than `model` after a fallback. Null in older log files. */
  @ApiProperty({ type: String, nullable: true, example: 'mistral' })
  requested_model!: string | null;

  /** Id of the client's key. */
  @ApiProperty({ type: String, nullable: true, example: null })
  key!: string | null;

  /** OpenAI's field `user` or `safety_identifier`. */
  @ApiProperty({ type: String, nullable: true, example: null })
  user!: string | null;

  /** What `X-Request-Id` said. */
  @ApiProperty({ type: String, nullable: true, example: '01JDCW3Z5N9P8QK2V7XGT4B6HM' })
  request_id!: string | null;

  /** Seconds that the service itself added. */
  @ApiProperty({ type: Number, nullable: true, example: 0.000412 })
  overhead!: number | null;

  /** `reported` with the answer, `settled` by its bill, `estimated` while the bill of an aborted call is awaited. */
  @ApiProperty({ enum: ['reported', 'settled', 'estimated'], nullable: true, example: 'reported' })
  cost_source!: CostSource | null;

  /** The vote of whoever read the answer: -1, 0 or 1. */
  @ApiProperty({ type: Number, nullable: true, example: null })
  score!: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  comment!: string | null;

  /** UTC: when the texts of this row were erased. */
  @ApiProperty({ type: String, nullable: true, example: null })
  erased_at!: string | null;
}

export class LogPageDto {
  /** Newest first. */
  @ApiProperty({ type: [LogRecordDto] })
  data!: LogRecordDto[];

  /** Pass it as `cursor` for the next page; null where this is the last. */
  @ApiProperty({ type: String, nullable: true, example: null })
  next_cursor!: string | null;
}
