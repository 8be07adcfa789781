import type { Cancellation } from '../common/cancellation.js';
import type { RequestContext } from '../common/http/request-context.js';
import type { Sink } from '../common/sink.js';
import { Recordable, type RecordedContent } from '../logging/recorded.js';
import type { ChatEventBatch, ChatRequest, Message } from '../models/model.types.js';
import { Answer } from './answer.js';

/** One chat: what was asked, what is happening, and the answer as far as it has come. */
export class Exchange extends Recordable<ChatEventBatch> {
  readonly answer: Answer;
  readonly arrivedAt: number;
  readonly timestamp: number;
  readonly cancellation: Cancellation;

  constructor(
    readonly request: ChatRequest,
    readonly run: (sink: Sink<ChatEventBatch>) => Promise<void>,
    readonly context: RequestContext,
    /** Does the client want the answer as a stream? */
    readonly streaming: boolean,
  ) {
    super();
    this.answer = new Answer(request.model);
    this.arrivedAt = context.arrivedAt;
    this.timestamp = context.timestamp;
    this.cancellation = context.cancellation;
  }

  observe(batch: ChatEventBatch): boolean {
    let content = false;
    for (const event of batch) content = this.answer.add(event) || content;
    return content;
  }

  content(): RecordedContent {
    const { answer, context, request } = this;
    return {
      id: request.id,
      model: answer.model,
      prompt: lastUserText(request.messages),
      messages: isConversation(request.messages) ? JSON.stringify(request.messages) : '',
      response: answer.said,
      prompt_tokens: answer.usage?.promptTokens ?? null,
      response_tokens: answer.usage?.completionTokens ?? null,
      finish_reason: answer.finishReason ?? '',
      cost: answer.usage?.costUsd ?? null,
      upstream_model: answer.upstreamModel,
      attempts: answer.attempts,
      requested_model: request.model,
      key: '',
      user: '',
      request_id: context.requestId,
    };
  }
}

function lastUserText(messages: readonly Message[]): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part.text === 'string' ? part.text : '')).join('');
}

/** A single prompt needs no second copy in its row. */
function isConversation(messages: readonly Message[]): boolean {
  return messages.length > 1 || typeof messages[0]?.content !== 'string';
}
