import type { EventEncoder } from '../common/http/event-stream.js';
import type { Problem } from '../common/problem.js';
import { problemBody } from '../common/problem.filter.js';
import { sseFrame } from '../common/sse-frame.js';
import type { ChatEventBatch } from '../models/model.types.js';
import { chatResult } from './chat-result.js';
import type { RecordedExchange } from './reply.service.js';

/** `POST /chat` as a stream: `delta` events, then one `done` or one `error`. */
export class ChatEncoder implements EventEncoder<ChatEventBatch> {
  constructor(private readonly recorded: RecordedExchange) {}

  encode(batch: ChatEventBatch): string {
    let frames = '';
    for (const event of batch)
      if (event.type === 'delta' && event.text !== '') frames += sseFrame({ text: event.text }, 'delta');
    return frames;
  }

  /** `"log": "pending"` says what the header X-Chat-Log says of a JSON reply, which has its headers still to send. */
  end(): string {
    const pending = this.recorded.receipt.log === 'pending';
    return sseFrame(Object.assign(chatResult(this.recorded), pending && { log: 'pending' }), 'done');
  }

  fail(problem: Problem): string {
    return sseFrame(problemBody(problem, this.recorded.exchange.context.requestId), 'error');
  }
}
