import { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import type { UpstreamConnections } from './upstream-connections.js';
import { UpstreamReply, type UpstreamHeaders } from './upstream-reply.js';
import { isStale } from './watched-socket.js';

/** The constant parts of all requests to an upstream. */
export interface UpstreamTarget {
  readonly origin: string;
  readonly path: string;
  /** Names in lower case. They override those of a call's own config. */
  readonly headers: Readonly<Record<string, string>>;
}

const NO_HEADERS = new AxiosHeaders();
/** After this many stale connections in a row the failure is reported. */
const MAX_RESENDS = 4;
/** A stale connection fails within a round trip. On a later failure the server had begun to process the request. */
const STALE_WITHIN_MS = 1_000;

/**
 * One POST, from its dispatch to the end of its reply. Its `adapter` makes axios send it over undici's dispatcher: it
 * streams, follows no redirect and decodes nothing (faults.md F2, A3, A13). axios's own http adapter costs 500 to 900
 * µs a request, this one about 50 (performance.md).
 *
 * The status and headers are in the `data` of axios's response, because axios would parse, copy and normalise headers
 * in every call: 28 → 4 µs, together with the client's minimal defaults.
 */
export class UpstreamRequest implements Dispatcher.DispatchHandler {
  private reply: UpstreamReply | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  /** The reason of the abort. */
  reason: Error | undefined;
  /** Called when the request has its connection or no longer needs one. */
  private stopWaiting: () => void = () => undefined;
  private over = false;
  private sentAt = 0;
  private resends = 0;
  private config: InternalAxiosRequestConfig | undefined;
  private resolve: ((response: AxiosResponse<UpstreamReply>) => void) | undefined;
  private reject: ((error: Error) => void) | undefined;

  constructor(
    private readonly connections: UpstreamConnections,
    private readonly target: UpstreamTarget,
  ) {}

  /** For axios; called once. */
  readonly adapter = (config: InternalAxiosRequestConfig): Promise<AxiosResponse<UpstreamReply>> =>
    new Promise((resolve, reject) => {
      this.config = config;
      this.resolve = resolve;
      this.reject = reject;
      if (this.reason) reject(this.reason);
      else this.send(config);
    });

  /** Takes effect at once, even without a connection. The reply, or its next read, rejects with `reason`. */
  abort(reason: Error): void {
    if (this.reason || this.over) return;
    this.reason = reason;
    if (this.controller) this.controller.abort(reason);
    else {
      this.stopWaiting();
      this.reject?.(reason);
    }
  }

  private send(config: InternalAxiosRequestConfig): void {
    const { origin, path, headers } = this.target;
    this.controller = undefined;
    this.stopWaiting = this.connections.wait();
    this.connections.dispatcher.dispatch(
      {
        origin,
        path,
        method: 'POST',
        // Most calls have no headers of their own.
        headers:
          Object.keys(config.headers).length === 0 ? headers : Object.assign({}, config.headers, headers),
        body: config.data as string,
        // We use our own timers: a comment or one byte per second must not reset them.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this,
    );
  }

  /** Called by the dispatcher, like all methods below. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.sentAt = performance.now();
    this.stopWaiting();
    // Aborted while connecting: nothing must be sent.
    if (this.reason) controller.abort(this.reason);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: UpstreamHeaders,
    statusText = '',
  ): void {
    if (status < 200 || !this.config) return;
    this.reply = new UpstreamReply(controller, { status, headers, sentAt: this.sentAt });
    this.resolve?.({ status, statusText, headers: NO_HEADERS, data: this.reply, config: this.config });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.reply?.onData(chunk);
  }

  onResponseEnd(): void {
    this.over = true;
    this.reply?.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.stopWaiting();
    if (this.config && this.mayResend(error)) {
      this.send(this.config);
      return;
    }
    this.over = true;
    if (this.reply) this.reply.onError(error);
    else this.reject?.(error);
  }

  /** The server has not seen the request, so this is not a failed attempt: it is sent on the next connection. */
  private mayResend(error: Error): boolean {
    if (this.reply || this.reason || !isStale(error)) return false;
    return performance.now() - this.sentAt < STALE_WITHIN_MS && this.resends++ < MAX_RESENDS;
  }
}
