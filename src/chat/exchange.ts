import type { RequestContext } from '../common/http/request-context.js';
import type { LogRow } from '../logging/log-row.js';
import type { Measurement, Recordable, RecordedContent } from '../logging/recordable.js';
import type { ChatEventBatch, ChatRequest, Message } from '../models/model.types.js';
import { Answer } from './answer.js';
import type { ExchangeTrace } from '../tracing/tracing.js';
import type { ReplyFormat } from './reply-format.js';

export interface ExchangeParts {
  readonly request: ChatRequest;
  readonly context: RequestContext;
  readonly events: AsyncIterable<ChatEventBatch>;
  /** Does the client want the answer as a stream? */
  readonly streaming: boolean;
  readonly format: ReplyFormat;
  readonly trace?: ExchangeTrace | undefined;
  /** The most tokens that the client wanted, if it said so. */
  readonly maxTokens: number | undefined;
}

/** One chat: the request, its events, and the answer so far. */
export class Exchange implements Recordable<ChatEventBatch> {
  readonly request: ChatRequest;
  readonly context: RequestContext;
  readonly streaming: boolean;
  readonly format: ReplyFormat;
  readonly answer: Answer;
  events: AsyncIterable<ChatEventBatch>;
  measurement: Measurement | undefined;
  private readonly trace: ExchangeTrace | undefined;
  private readonly maxTokens: number | undefined;

  constructor({ request, context, events, streaming, format, trace, maxTokens }: ExchangeParts) {
    this.request = request;
    this.context = context;
    this.events = events;
    this.streaming = streaming;
    this.format = format;
    this.trace = trace;
    this.maxTokens = maxTokens;
    this.answer = new Answer(request.model);
  }

  get sentAt(): number | undefined {
    return this.answer.sentAt;
  }

  get generationId(): string | undefined {
    return this.answer.generationId;
  }

  get setMaxTokens(): number | undefined {
    const { maxTokens } = this.answer;
    return maxTokens === this.maxTokens ? undefined : maxTokens;
  }

  /** The measurement; available once the events have ended. */
  get measured(): Measurement {
    if (!this.measurement) throw new Error('The exchange has not ended yet.');
    return this.measurement;
  }

  /** Is the row still waiting because the log cannot be written now? */
  get isLogPending(): boolean {
    return this.measured.log === 'pending';
  }

  observe(batch: ChatEventBatch): boolean {
    let content = false;
    for (const event of batch) {
      content = this.answer.add(event) || content;
      if (event.type === 'generation') this.request.onGeneration?.(event.id);
    }
    return content;
  }

  recorded(row: LogRow): Promise<void> | undefined {
    this.trace?.end(row, this.generationId);
    return this.request.onRecorded?.();
  }

  content(): RecordedContent {
    const { answer, context, request } = this;
    return {
      id: request.id,
      model: answer.model,
      prompt: promptOf(request),
      messages: isConversation(request.messages) ? JSON.stringify(request.messages) : '',
      response: answer.said,
      prompt_tokens: answer.usage?.promptTokens ?? null,
      response_tokens: answer.usage?.completionTokens ?? null,
      finish_reason: answer.finishReason ?? '',
      cost: answer.usage?.costUsd ?? null,
      upstream_model: answer.upstreamModel,
      attempts: answer.attempts,
      requested_model: request.model,
      key: context.keyId,
      user: request.user ?? '',
      request_id: context.requestId,
      operation: request.operation,
    };
  }
}

/** The user's last message; or the texts to embed. */
function promptOf({ messages, operation }: ChatRequest): string {
  if (operation === 'embeddings') return messages.map(textOf).join('\n');
  const last = messages.findLast(({ role }) => role === 'user');
  return last ? textOf(last) : '';
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (typeof part.text === 'string' ? part.text : '')).join('');
}

/** A single prompt needs no second copy in its row. */
function isConversation(messages: readonly Message[]): boolean {
  return messages.length > 1 || typeof messages[0]?.content !== 'string';
}
