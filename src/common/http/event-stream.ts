import type { Response } from 'express';
import { once } from 'node:events';
import { foreseen } from '../foreseen.js';
import { Problem } from '../problem.js';
import type { Sink } from '../sink.js';
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
 * A reply of server-sent events. Nothing is sent before there is a text to send, so that an earlier failure is still an
 * ordinary error reply.
 */
export class EventStream<Batch = unknown> {
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    /** Makes the events happen; resolves after the last one. */
    private readonly source: (sink: Sink<Batch>) => Promise<void>,
    private readonly encoder: EventEncoder<Batch>,
    private readonly context: RequestContext,
    private readonly pace: StreamPace,
  ) {}

  /** Sends all events and ends the response. Rejects with what failed before there was anything to send. */
  async sendTo(response: Response): Promise<void> {
    try {
      const last = await this.sendAllButLast(response);
      if (!response.destroyed) await this.send(last, response);
    } finally {
      clearInterval(this.heartbeat);
    }
    this.end(response);
  }

  private async sendAllButLast(response: Response): Promise<string> {
    try {
      await this.source((batch) => {
        const text = this.encoder.encode(batch);
        return text === '' ? undefined : this.send(text, response);
      });
      return this.encoder.end();
    } catch (error) {
      if (!this.heartbeat) throw error;
      return this.encoder.fail(foreseen(error, this.context.requestId));
    }
  }

  /** Pauses the source until the client has read on. */
  private send(text: string, response: Response): Promise<void> | undefined {
    if (response.destroyed) throw new ClientClosed();
    if (this.heartbeat) this.heartbeat.refresh();
    else this.begin(response);
    return response.write(text) ? undefined : this.drained(response);
  }

  private begin(response: Response): void {
    response.writeHead(200, HEADERS);
    this.heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(HEARTBEAT);
    }, this.pace.heartbeatMs ?? HEARTBEAT_MS);
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
