import type { Exchange } from '../../chat/exchange.js';
import type { EventEncoder } from '../../common/http/event-stream.js';
import type { Problem } from '../../common/problem.js';
import { sseComment, sseFrame } from '../../common/sse-frame.js';
import type { ChatEvent, ChatEventBatch } from '../../models/model.types.js';
import { completionIdentity } from '../completion-identity.js';
import { openAiErrorBody } from '../openai-error.js';
import { textLogprobs } from './text-logprobs.js';

/** An answer in the stream format that preceded chats: pieces of text, the finish, and `[DONE]` after the row. */
export class TextChunkEncoder implements EventEncoder<ChatEventBatch> {
  /** Number of characters of the answer sent so far. */
  private offset = 0;

  /** `echo` is sent before the answer. */
  constructor(
    private readonly exchange: Exchange,
    private echo: string,
    private readonly includeUsage: boolean,
  ) {}

  encode(batch: ChatEventBatch): string {
    let frames = '';
    for (const event of batch) frames += this.frames(event);
    return frames;
  }

  end(): string {
    const { answer, isLogPending } = this.exchange;
    const usage = this.includeUsage && answer.usage ? this.chunk([], { usage: answer.usage.raw }) : '';
    return `${usage}${isLogPending ? sseComment('log pending') : ''}data: [DONE]\n\n`;
  }

  fail(problem: Problem): string {
    return sseFrame(openAiErrorBody(problem));
  }

  private frames(event: ChatEvent): string {
    if (event.type === 'finish') return this.piece('', null, event.reason);
    if (event.type !== 'delta') return '';
    const text = event.text + (event.extras?.refusal ?? '');
    const logprobs = textLogprobs(event.logprobs, this.offset);
    this.offset += text.length;
    // This format cannot represent reasoning.
    return text === '' && !logprobs ? '' : this.piece(text, logprobs, null);
  }

  private piece(text: string, logprobs: object | null, reason: string | null): string {
    const choice = { text: this.echo + text, index: 0, logprobs, finish_reason: reason };
    this.echo = '';
    return this.chunk([choice]);
  }

  private chunk(choices: readonly object[], more: object = {}): string {
    const identity = completionIdentity(this.exchange, 'cmpl');
    return sseFrame({ ...identity, object: 'text_completion', choices, ...more });
  }
}
