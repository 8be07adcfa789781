import type { Response } from 'express';
import { once } from 'node:events';
import { Problem } from '../problem.js';
import type { RequestContext } from './request-context.js';

/** Comment lines keep idle connections open through load balancers and proxies. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': keep-alive\n\n';

/** The client stopped reading and its time to go on ran out. */
export class ClientStalled extends Problem {
  constructor() {
    super({ status: 499, code: 'client_stalled', detail: 'The client stopped reading the answer.' });
  }
}

/**
 * A reply of server-sent events. `frames` yields encoded text, one or more whole events at a time, and never throws:
 * whoever encodes turns a failure into an event of its own. The first frame has been awaited by the time an
 * EventStream exists, so that an earlier failure is still an ordinary error reply.
 */
export class EventStream {
  constructor(
    private readonly first: string,
    private readonly frames: AsyncIterator<string>,
    private readonly context: RequestContext,
    private readonly stallTimeoutMs: number,
  ) {}

  /** Sends all events and ends the response. The source is asked for more only while the client keeps reading. */
  async sendTo(response: Response): Promise<void> {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
    const heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(HEARTBEAT);
    }, HEARTBEAT_MS);
    try {
      await this.pump(response, heartbeat);
    } finally {
      clearInterval(heartbeat);
    }
    response.end();
  }

  private async pump(response: Response, heartbeat: NodeJS.Timeout): Promise<void> {
    let frame: string | undefined = this.first;
    while (frame !== undefined && !response.destroyed) {
      heartbeat.refresh();
      if (!response.write(frame)) await this.drained(response);
      const next = await this.frames.next();
      frame = next.done ? undefined : next.value;
    }
    await this.frames.return?.();
  }

  private async drained(response: Response): Promise<void> {
    const stalled = setTimeout(() => {
      this.context.cancel(new ClientStalled());
      response.destroy();
    }, this.stallTimeoutMs);
    try {
      await once(response, 'drain', { signal: this.context.signal });
    } catch {
      // The client is gone; the source has been cancelled by the same signal.
    } finally {
      clearTimeout(stalled);
    }
  }
}
