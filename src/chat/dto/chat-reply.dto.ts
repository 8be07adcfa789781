import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** The figures of a chat: sent with the answer, and as the last event of a stream. */
export class ChatResultDto {
  /**
   * Seconds from the request's arrival to the end of the answer.
   * @example 3.972
   */
  latency!: number;
  /**
   * Tokens of the prompt as the model counts them; null if the upstream did not report them.
   * @example 4
   */
  @WholeNumber()
  prompt_tokens!: number | null;
  /**
   * Tokens of the answer as the model counts them; null if the upstream did not report them.
   * @example 47
   */
  @WholeNumber()
  response_tokens!: number | null;
  /**
   * The model that answered.
   * @example "mistral"
   */
  model!: string;
  /**
   * When the request arrived, UTC.
   * @example "2026-11-23T17:20:47.475Z"
   */
  timestamp!: string;
  /**
   * Assigned by this service: unique, sortable by time, the id of the log row.
   * @example "01KATXV6Z3E6M3A9V8J6ZB1T5Q"
   */
  id!: string;
  /**
   * The model that answered, by its name at the upstream.
   * @example "mistralai/ministral-8b-2512"
   */
  upstream_model!: string;
  /**
   * Why the answer ended: `stop`, `length`, `content_filter`, `tool_calls`.
   * @example "stop"
   */
  finish_reason!: string | null;
  /**
   * Seconds from the request's arrival to the first content.
   * @example 0.412
   */
  ttft!: number | null;
  /**
   * US dollars that the upstream charged; null if it did not report them.
   * @example 0.0000123
   */
  cost!: number | null;
  /**
   * Calls to the upstream for this answer.
   * @example 1
   */
  @WholeNumber()
  attempts!: number;
}

export class ChatReplyDto extends ChatResultDto {
  /**
   * The answer.
   * @example "Hello!"
   */
  response!: string;
}
