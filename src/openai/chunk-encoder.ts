import type { Exchange } from '../chat/exchange.js';
import type { EventEncoder } from '../common/http/event-stream.js';
import type { Problem } from '../common/problem.js';
import { sseComment, sseFrame } from '../common/sse-frame.js';
import type { ChatEvent, ChatEventBatch, DeltaExtras, Usage } from '../models/model.types.js';
import { completionIdentity } from './completion-identity.js';
import { functionFinish } from './function-calls.js';
import { openAiErrorBody } from './openai-error.js';

const DONE = 'data: [DONE]\n\n';

/** Whether the last chunk reports usage, and what else it contains. */
export type UsageFormat = 'none' | 'without-choices' | 'with-empty-delta';

/**
 * A completion as OpenAI streams it: role, deltas, finish, usage, and `[DONE]` after the row. Optional fields are never
 * null: OpenRouter's own SDK rejects a `system_fingerprint` or `usage` of null.
 */
export class ChunkEncoder implements EventEncoder<ChatEventBatch> {
  /** The common start of every chunk's frame, encoded once because there is a chunk per token. */
  private opening: string | undefined;
  private usage: Usage | undefined;
  /** The index of the only call that is sent, for clients that accept just one. */
  private call: number | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly usageFormat: UsageFormat,
    /** True if the client supports functions but not tools. */
    private readonly functions: boolean,
  ) {}

  encode(batch: ChatEventBatch): string {
    let frames = '';
    for (const event of batch) frames += this.frames(event);
    return frames;
  }

  end(): string {
    const pending = this.exchange.isLogPending ? sseComment('log pending') : '';
    return this.usageFrame() + pending + DONE;
  }

  fail(problem: Problem): string {
    return sseFrame(openAiErrorBody(problem));
  }

  private frames(event: ChatEvent): string {
    switch (event.type) {
      case 'delta':
        return this.begin() + this.chunk(this.delta(event.text, event.extras), event.logprobs ?? null, null);
      case 'finish':
        return (
          this.begin() + this.chunk('{}', null, this.functions ? functionFinish(event.reason) : event.reason)
        );
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'attempt':
      case 'sent':
      case 'generation':
        return '';
    }
  }

  /** The first chunk, with the role. It is sent once the answering model is known. */
  private begin(): string {
    if (this.opening !== undefined) return '';
    const { id, created, model } = completionIdentity(this.exchange);
    const common = { id, object: 'chat.completion.chunk', created, model };
    this.opening = `data: ${JSON.stringify(common).slice(0, -1)},"choices":[`;
    return this.chunk('{"role":"assistant","content":""}', null, null);
  }

  /** A chunk with other fields omits empty text, as OpenAI's own tool call chunks do. */
  private delta(text: string, extras: DeltaExtras | undefined): string {
    if (!extras) return `{"content":${JSON.stringify(text)}}`;
    const said = this.functions ? this.withFunctionCall(extras) : extras;
    return JSON.stringify({ ...(text !== '' && { content: text }), ...said });
  }

  /** A client that supports only functions cannot handle a second parallel call. */
  private withFunctionCall({ tool_calls: calls, ...extras }: DeltaExtras): object {
    this.call ??= calls?.[0]?.index;
    const piece = calls?.find(({ index }) => index === this.call)?.function;
    return { ...extras, ...(piece && { function_call: piece }) };
  }

  private chunk(deltaJson: string, logprobs: unknown, finishReason: string | null): string {
    return `${this.opening ?? ''}${choice(deltaJson, logprobs, finishReason)}]}\n\n`;
  }

  private usageFrame(): string {
    if (this.usageFormat === 'none' || !this.usage) return '';
    const choices = this.usageFormat === 'with-empty-delta' ? choice('{}', null, null) : '';
    return `${this.begin()}${this.opening ?? ''}${choices}],"usage":${JSON.stringify(this.usage.raw)}}\n\n`;
  }
}

function choice(deltaJson: string, logprobs: unknown, finishReason: string | null): string {
  const rest = `"logprobs":${JSON.stringify(logprobs)},"finish_reason":${JSON.stringify(finishReason)}`;
  return `{"index":0,"delta":${deltaJson},${rest}}`;
}
