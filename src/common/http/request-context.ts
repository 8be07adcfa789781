import type { Response } from 'express';
import { Problem } from '../problem.js';
import { nextId } from './next-id.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Given by the gate to every request before anything else runs. */
    context: RequestContext;
  }
}

/** The client went away before its answer was complete. Nobody reads this; the log does. */
export class ClientClosed extends Problem {
  constructor() {
    super({ status: 499, code: 'client_closed', detail: 'The client closed the connection.' });
  }
}

/** The client stopped reading and its time to go on ran out. */
export class ClientStalled extends Problem {
  constructor() {
    super({ status: 499, code: 'client_stalled', detail: 'The client stopped reading the answer.' });
  }
}

/** What is known of a request from its first byte on. */
export class RequestContext {
  /** Ours: time-sortable and unique; the id of the row. */
  readonly id = nextId();
  /** Monotonic, in ms: latencies count from here. */
  readonly arrivedAt = performance.now();
  /** Wall clock, in ms since 1970. */
  readonly timestamp = Date.now();
  /** What X-Request-Id says: the client's own id if it sent a valid one, else ours. */
  readonly requestId: string;
  /** Id of the key that was presented; empty where none was asked for. */
  keyId = '';
  /** The key whose rows of the log may be seen; undefined: those of all. */
  scope: string | undefined;
  #controller: AbortController | undefined;
  #whenClosed: (() => void)[] | undefined;
  #beforeHead: (() => void) | undefined;

  constructor(
    private readonly response: Response,
    inboundRequestId: string | undefined,
    /** W3C trace context: the client's, if valid, or the one that goes on from it. */
    public traceparent: string | undefined,
    public tracestate?: string,
  ) {
    this.requestId = inboundRequestId ?? this.id;
  }

  /** 32 hex digits, or undefined where nobody traces. */
  get traceId(): string | undefined {
    return this.traceparent?.slice(3, 35);
  }

  /** Aborts, with the reason, when the answer is no longer wanted. Made on first use: most requests need none. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Gives up a client that has not read for `ms` what waits for it: the one stall clock of all replies, streams, pages
   * and exports alike. A connection that is silent because the model is at work goes on.
   */
  limitStall(ms: number): void {
    this.response.setTimeout(ms, () => {
      const { socket } = this.response;
      if (!socket?.writableLength) {
        socket?.setTimeout(ms);
        return;
      }
      this.cancel(new ClientStalled());
      this.response.destroy();
    });
  }

  /** Ends the work behind this request; `reason` is what its row says. Has an effect once. */
  cancel(reason: Problem): void {
    this.controller.abort(reason);
  }

  setHeader(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  /** Calls back just before the head of the reply is sent: for headers that tell how things stand by then. One at most. */
  beforeHead(callback: () => void): void {
    this.#beforeHead = callback;
  }

  /** The head is about to be sent. */
  completeHead(): void {
    this.#beforeHead?.();
    this.#beforeHead = undefined;
  }

  private get controller(): AbortController {
    if (this.#controller) return this.#controller;
    const controller = new AbortController();
    this.#controller = controller;
    // Not `req.on('close')`: once the body has been read it has already fired, or never will (faults.md F3).
    this.onClosed(() => {
      if (!this.response.writableFinished) controller.abort(new ClientClosed());
    });
    return controller;
  }

  /** Says `Connection: close` in the reply, unless its head has been sent. */
  closeConnectionAfterReply(): void {
    this.response.shouldKeepAlive = false;
  }

  /** Calls back when the response has been sent, or its connection is gone. */
  onClosed(callback: () => void): void {
    if (this.response.destroyed) {
      callback();
    } else if (this.#whenClosed) {
      this.#whenClosed.push(callback);
    } else {
      const callbacks = (this.#whenClosed = [callback]);
      this.response.once('close', () => {
        for (const called of callbacks) called();
      });
    }
  }
}
