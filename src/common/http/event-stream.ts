import type { Response } from 'express';
import { once } from 'node:events';
import { foreseen } from '../foreseen.js';
import { Problem } from '../problem.js';
import { sseComment } from '../sse-frame.js';
import type { RequestContext } from './request-context.js';

/** Comment lines keep idle connections open through load balancers and proxies. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = sseComment('keep-alive');

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** The client stopped reading and its time to go on ran out. */
export class ClientStalled extends Problem {
  constructor() {
    super({ status: 499, code: 'client_stalled', detail: 'The client stopped reading the answer.' });
  }
}

/** Turns what happens into the text of server-sent events; made of `sseFrame`s. */
export interface EventEncoder<Batch> {
  /** Events that arrived together leave together; empty where the client is told nothing of them. */
  encode(batch: Batch): string;
  /** All went well: the last events. */
  end(): string;
  /** It failed after the reply had begun: the last event, which is never the one that marks success. */
  fail(problem: Problem): string;
}

export interface StreamPace {
  /** How long a client may stop reading before its connection is closed, in ms. */
  readonly stallTimeoutMs: number;
  readonly heartbeatMs?: number;
}

/**
 * A reply of server-sent events. Its first text has been awaited by the time one exists, so that an earlier failure is
 * still an ordinary error reply.
 */
export class EventStream<Batch = unknown> {
  private frame = '';
  private ended = false;

  private constructor(
    private readonly events: AsyncIterator<Batch>,
    private readonly encoder: EventEncoder<Batch>,
    private readonly context: RequestContext,
    private readonly pace: StreamPace,
  ) {}

  /** Resolves with the first text to send; throws what `events` throw before it. */
  static async open<Batch>(
    events: AsyncIterable<Batch>,
    encoder: EventEncoder<Batch>,
    context: RequestContext,
    pace: StreamPace,
  ): Promise<EventStream<Batch>> {
    const stream = new EventStream(events[Symbol.asyncIterator](), encoder, context, pace);
    await stream.advance();
    return stream;
  }

  /** Sends all events and ends the response. The source is asked for more only while the client keeps reading. */
  async sendTo(response: Response): Promise<void> {
    response.writeHead(200, HEADERS);
    const heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(HEARTBEAT);
    }, this.pace.heartbeatMs ?? HEARTBEAT_MS);
    try {
      await this.pump(response, heartbeat);
    } finally {
      clearInterval(heartbeat);
    }
    this.end(response);
  }

  private async pump(response: Response, heartbeat: NodeJS.Timeout): Promise<void> {
    while (!response.destroyed) {
      heartbeat.refresh();
      if (!response.write(this.frame)) await this.drained(response);
      if (this.ended) return;
      await this.advanceOrFail();
    }
    if (!this.ended) await this.events.return?.();
  }

  private async advanceOrFail(): Promise<void> {
    try {
      await this.advance();
    } catch (error) {
      this.ended = true;
      this.frame = this.encoder.fail(foreseen(error, this.context.requestId));
    }
  }

  /** To the next text that there is to send. */
  private async advance(): Promise<void> {
    do {
      const next = await this.events.next();
      this.ended = next.done === true;
      this.frame = next.done === true ? this.encoder.end() : this.encoder.encode(next.value);
    } while (this.frame === '' && !this.ended);
  }

  /** Until the client has read on, or the answer is not wanted any more. */
  private async drained(response: Response): Promise<void> {
    const stalled = this.stallTimer(response);
    try {
      await once(response, 'drain', { signal: this.context.signal });
    } catch {
      // Cancelled; the source fails, or has ended, by the same signal.
    } finally {
      clearTimeout(stalled);
    }
  }

  /** A client that never reads the last of it would otherwise keep its connection for ever. */
  private end(response: Response): void {
    response.end();
    if (response.writableFinished || response.destroyed) return;
    const stalled = this.stallTimer(response);
    this.context.onClosed(() => {
      clearTimeout(stalled);
    });
  }

  private stallTimer(response: Response): NodeJS.Timeout {
    return setTimeout(() => {
      this.context.cancel(new ClientStalled());
      response.destroy();
    }, this.pace.stallTimeoutMs);
  }
}
