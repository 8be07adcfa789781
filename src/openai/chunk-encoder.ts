import type { Exchange } from '../chat/exchange.js';
import type { EventEncoder } from '../common/http/event-stream.js';
import type { Problem } from '../common/problem.js';
import { sseComment, sseFrame } from '../common/sse-frame.js';
import type { ChatEvent, ChatEventBatch, DeltaExtras, Usage } from '../models/model.types.js';
import { completionIdentity } from './completion-identity.js';
import { openAiErrorBody } from './openai-error.js';

const DONE = 'data: [DONE]\n\n';

/** A completion as OpenAI streams it: the role, deltas, the finish, the usage if asked for, and `[DONE]` after the row. */
export class ChunkEncoder implements EventEncoder<ChatEventBatch> {
  /** What all chunks have in common, as the opening of their frame: encoded once, as there is a chunk per token. */
  private opening: string | undefined;
  private readonly closing: string;
  private usage: Usage | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly includeUsage: boolean,
  ) {
    this.closing = includeUsage ? ',"usage":null}\n\n' : '}\n\n';
  }

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
        return this.begin() + this.chunk(delta(event.text, event.extras), event.logprobs ?? null, null);
      case 'finish':
        return this.begin() + this.chunk('{}', null, event.reason);
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'attempt':
      case 'sent':
      case 'generation':
        return '';
    }
  }

  /** The chunk that says who speaks, once, as the first. Who answers is known by then. */
  private begin(): string {
    if (this.opening !== undefined) return '';
    const { id, created, model } = completionIdentity(this.exchange);
    const common = { id, object: 'chat.completion.chunk', created, model, system_fingerprint: null };
    this.opening = `data: ${JSON.stringify(common).slice(0, -1)},"choices":[`;
    return this.chunk('{"role":"assistant","content":""}', null, null);
  }

  private chunk(deltaJson: string, logprobs: unknown, finishReason: string | null): string {
    const rest = `"logprobs":${JSON.stringify(logprobs)},"finish_reason":${JSON.stringify(finishReason)}`;
    return `${this.opening ?? ''}{"index":0,"delta":${deltaJson},${rest}}]${this.closing}`;
  }

  private usageFrame(): string {
    if (!this.includeUsage || !this.usage) return '';
    return `${this.begin()}${this.opening ?? ''}],"usage":${JSON.stringify(this.usage.raw)}}\n\n`;
  }
}

/** Text is left out beside extras only where there is none, as in OpenAI's own chunks of tool calls. */
function delta(text: string, extras: DeltaExtras | undefined): string {
  if (!extras) return `{"content":${JSON.stringify(text)}}`;
  return JSON.stringify({ ...(text !== '' && { content: text }), ...extras });
}
