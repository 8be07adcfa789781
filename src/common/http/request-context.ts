import type { Response } from 'express';
import { Problem } from '../problem.js';
import { nextId } from './next-id.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by the gate on every request before anything else runs. */
    context: RequestContext;
  }
}

/** The client disconnected before its answer was complete. Appears only in the log. */
export class ClientClosed extends Problem {
  constructor() {
    super({ status: 499, code: 'client_closed', detail: 'The client closed the connection.' });
  }
}

/** The client stopped reading for longer than allowed. */
export class ClientStalled extends Problem {
  constructor() {
    super({ status: 499, code: 'client_stalled', detail: 'The client stopped reading the answer.' });
  }
}

/** What is known about a request from its first byte on. */
export class RequestContext {
  /** Generated here, unique and sortable by time; also the id of the row. */
  readonly id = nextId();
  /** Monotonic, in ms; the start of all latencies. */
  readonly arrivedAt = performance.now();
  /** Wall clock, in ms since 1970. */
  readonly timestamp = Date.now();
  /** The value of X-Request-Id: the client's if it is valid, else our own id. */
  readonly requestId: string;
  /** Id of the key in the request; empty if none was required. */
  keyId = '';
  /** The key whose log rows may be read; undefined: all rows. */
  scope: string | undefined;
  #controller: AbortController | undefined;
  #whenClosed: (() => void)[] | undefined;
  #beforeHead: (() => void) | undefined;

  constructor(
    private readonly response: Response,
    inboundRequestId: string | undefined,
    /** W3C trace context: the client's if valid, or the span that continues it. */
    public traceparent: string | undefined,
    public tracestate?: string,
  ) {
    this.requestId = inboundRequestId ?? this.id;
  }

  /** 32 hex digits, or undefined without tracing. */
  get traceId(): string | undefined {
    return this.traceparent?.slice(3, 35);
  }

  /** Aborts, with the reason, when the answer is no longer wanted. Made on first use: most requests need none. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Cancels when the client has not read waiting data for `ms`. All replies use this one timer: streams, pages and
   * exports. A connection that is silent because the model is at work is kept.
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

  /** Ends the work for this request and records `reason` in its row. Only the first call has an effect. */
  cancel(reason: Problem): void {
    this.controller.abort(reason);
  }

  setHeader(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  /** Sets the callback that runs just before the headers are sent, for headers with current values. One at most. */
  beforeHead(callback: () => void): void {
    this.#beforeHead = callback;
  }

  /** Called just before the headers are sent. */
  completeHead(): void {
    this.#beforeHead?.();
    this.#beforeHead = undefined;
  }

  private get controller(): AbortController {
    if (this.#controller) return this.#controller;
    const controller = new AbortController();
    this.#controller = controller;
    // Not `req.on('close')`: after the body has been read it has already fired, or never will (faults.md F3).
    this.onClosed(() => {
      if (!this.response.writableFinished) controller.abort(new ClientClosed());
    });
    return controller;
  }

  /** Adds `Connection: close` to the reply, unless its headers have been sent. */
  closeConnectionAfterReply(): void {
    this.response.shouldKeepAlive = false;
  }

  /** Calls back when the response has been sent or its connection is closed. */
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
