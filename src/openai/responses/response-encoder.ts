import type { Exchange } from '../../chat/exchange.js';
import type { EventEncoder } from '../../common/http/event-stream.js';
import type { Problem } from '../../common/problem.js';
import { sseComment, sseFrame } from '../../common/sse-frame.js';
import type { ChatEventBatch } from '../../models/model.types.js';
import { openAiErrorBody } from '../openai-error.js';
import type { ResponseDto, ResponseErrorDto } from './dto/response.dto.js';
import { OutputItems, type OutputOptions } from './output/output-items.js';
import { endedResponse, responseEnd } from './response-object.js';
import { responseUsage } from './response-usage.js';

/**
 * An answer as events of the Responses API: `response.created`, the events of its items, and last
 * `response.completed` or `response.incomplete`, after the row, or `response.failed`.
 */
export class ResponseEncoder implements EventEncoder<ChatEventBatch> {
  private readonly output: OutputItems;
  private sequence = 0;
  private frames = '';
  private response: ResponseDto | undefined;

  /** `begun` is called with the first content, when the answering model is known. */
  constructor(
    private readonly exchange: Exchange,
    private readonly begun: () => ResponseDto,
    options: OutputOptions,
  ) {
    this.output = new OutputItems(options, (type, fields) => {
      this.tell(`response.${type}`, fields);
    });
  }

  encode(batch: ChatEventBatch): string {
    for (const event of batch) {
      if (event.type !== 'delta' && event.type !== 'finish') continue;
      this.begin();
      if (event.type === 'delta') this.output.add(event);
    }
    return this.take();
  }

  end(): string {
    const end = responseEnd(this.exchange);
    const begun = this.begin();
    this.output.close(end.status);
    if (this.exchange.isLogPending) this.frames += sseComment('log pending');
    const response = endedResponse(begun, this.exchange, end, this.output.items);
    this.tell(`response.${end.status}`, { response });
    return this.take();
  }

  /** `error` has its fields twice: as OpenAI documents it, and as OpenAI sends it, which makes its clients throw. */
  fail(problem: Problem): string {
    const { error } = openAiErrorBody(problem);
    const { code, message, param } = error;
    const begun = this.begin();
    this.tell('error', { code, message, param, error });
    const response: Partial<ResponseDto> = {
      status: 'failed',
      output: this.output.items.map((item) => Object.assign({}, item, { status: doneOr(item.status) })),
      error: { code: failureCode(problem.getStatus()), message },
      usage: responseUsage(this.exchange.answer.usage),
    };
    this.tell('response.failed', { response: Object.assign({}, begun, response) });
    return this.take();
  }

  private begin(): ResponseDto {
    if (this.response) return this.response;
    this.response = this.begun();
    this.tell('response.created', { response: this.response });
    this.tell('response.in_progress', { response: this.response });
    return this.response;
  }

  private tell(type: string, fields: object): void {
    this.frames += sseFrame({ type, sequence_number: this.sequence++, ...fields }, type);
  }

  private take(): string {
    const { frames } = this;
    this.frames = '';
    return frames;
  }
}

function doneOr(status: 'in_progress' | 'completed' | 'incomplete'): 'completed' | 'incomplete' {
  return status === 'completed' ? status : 'incomplete';
}

/** One of OpenAI's codes; Parley's own is in the event `error`. */
function failureCode(status: number): ResponseErrorDto['code'] {
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}
