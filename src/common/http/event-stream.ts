import type { Response } from 'express';
import { once } from 'node:events';
import { foreseen } from '../foreseen.js';
import type { Problem } from '../problem.js';
import { sseComment } from '../sse-frame.js';
import { ClientClosed, type RequestContext } from './request-context.js';

/** Comment lines keep idle connections open through load balancers and proxies. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = sseComment('keep-alive');

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Encodes events as the text of server-sent events, made with `sseFrame`. */
export interface EventEncoder<Batch> {
  /** Events that arrived together are sent together; empty if the client is not to see them. */
  encode(batch: Batch): string;
  /** The last events after success. */
  end(): string;
  /** The last event after a failure in mid-reply; never the one that marks success. */
  fail(problem: Problem): string;
}

interface Piece {
  readonly text: string;
  readonly isLast: boolean;
}

/** A reply of server-sent events. Created when there is something to send: an earlier failure is an ordinary reply. */
export class EventStream<Batch = unknown> {
  private constructor(
    private readonly events: AsyncIterator<Batch>,
    private readonly encoder: EventEncoder<Batch>,
    private readonly context: RequestContext,
    private readonly first: Piece,
  ) {}

  /** Resolves with the reply when its first event has arrived. Rejects with an earlier failure. */
  static async begin<Batch>(
    iterable: AsyncIterable<Batch>,
    encoder: EventEncoder<Batch>,
    context: RequestContext,
  ): Promise<EventStream<Batch>> {
    const events = iterable[Symbol.asyncIterator]();
    return new EventStream(events, encoder, context, await nextPiece(events, encoder));
  }

  /** Sends all events and ends the response. */
  async sendTo(response: Response, heartbeatMs = HEARTBEAT_MS): Promise<void> {
    response.writeHead(200, HEADERS);
    const heartbeat = setInterval(() => {
      if (!response.writableNeedDrain && !response.destroyed) response.write(HEARTBEAT);
    }, heartbeatMs);
    try {
      for (let piece = this.first; ; piece = await this.nextOrFailure()) {
        if (response.destroyed) {
          await this.giveUp();
          return;
        }
        if (!response.write(piece.text)) await this.drained(response);
        if (piece.isLast) break;
        heartbeat.refresh();
      }
    } finally {
      clearInterval(heartbeat);
    }
    response.end();
  }

  private async nextOrFailure(): Promise<Piece> {
    try {
      return await nextPiece(this.events, this.encoder);
    } catch (error) {
      return { text: this.encoder.fail(foreseen(error, this.context.requestId)), isLast: true };
    }
  }

  /** Throws into the generator instead of returning: the recorder must learn that the client did not get the rest. */
  private async giveUp(): Promise<void> {
    await this.events.throw?.(new ClientClosed()).catch(() => undefined);
  }

  /** Resolves when the client has read on, or the answer is no longer wanted. */
  private async drained(response: Response): Promise<void> {
    try {
      await once(response, 'drain', { signal: this.context.signal });
    } catch {
      // Cancelled: the same signal makes the events fail, or they have ended.
    }
  }
}

/** The next text that is not empty. */
async function nextPiece<Batch>(events: AsyncIterator<Batch>, encoder: EventEncoder<Batch>): Promise<Piece> {
  for (;;) {
    const result = await events.next();
    if (result.done) return { text: encoder.end(), isLast: true };
    const text = encoder.encode(result.value);
    if (text !== '') return { text, isLast: false };
  }
}
