import type { EventEncoder } from '../common/http/event-stream.js';
import type { Problem } from '../common/problem.js';
import { problemBody } from '../common/problem.filter.js';
import { sseFrame } from '../common/sse-frame.js';
import type { ChatEventBatch } from '../models/model.types.js';
import { chatResult } from './chat-result.js';
import type { Exchange } from './exchange.js';

/** `POST /chat` as a stream: `delta` events, then one `done` or one `error`. */
export class ChatEncoder implements EventEncoder<ChatEventBatch> {
  constructor(private readonly exchange: Exchange) {}

  encode(batch: ChatEventBatch): string {
    let frames = '';
    for (const event of batch)
      if (event.type === 'delta' && event.text !== '') frames += sseFrame({ text: event.text }, 'delta');
    return frames;
  }

  /** A stream sends its headers first, so `log` in the last event replaces the X-Chat-Log header of a JSON reply. */
  end(): string {
    const { log } = this.exchange.measured;
    const elsewhere = log !== 'written' && { log };
    return sseFrame(Object.assign(chatResult(this.exchange), elsewhere), 'done');
  }

  fail(problem: Problem): string {
    return sseFrame(problemBody(problem, this.exchange.context.requestId), 'error');
  }
}
