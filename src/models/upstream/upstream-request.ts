import { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import type { UpstreamConnections } from './upstream-connections.js';
import { UpstreamReply, type UpstreamHeaders } from './upstream-reply.js';
import { isStale } from './watched-socket.js';

/** What is the same in all requests to an upstream. */
export interface UpstreamTarget {
  readonly origin: string;
  readonly path: string;
  /** Names in lower case. They win over those of a call's own config. */
  readonly headers: Readonly<Record<string, string>>;
}

const NO_HEADERS = new AxiosHeaders();
/** So many stale connections in a row are no coincidence, and the failure is told. */
const MAX_RESENDS = 4;
/** A connection that is stale says so within a round trip. Later than this, somebody had begun to work on the request. */
const STALE_WITHIN_MS = 1_000;

/**
 * One POST, from its dispatch to the end of its reply. Its `adapter` lets axios send it over undici's dispatcher: it
 * streams, follows no redirect and decodes nothing (faults.md F2, A3, A13). axios's own http adapter costs 500 to
 * 900 µs a request, this one some 50 (performance.md).
 *
 * The reply's head is in the `data` of axios's response, as axios would parse, copy and normalise headers in every
 * call: 28 → 4 µs, together with the lean defaults of the client.
 */
export class UpstreamRequest implements Dispatcher.DispatchHandler {
  private reply: UpstreamReply | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  /** Why it was aborted. */
  reason: Error | undefined;
  /** To be called when the request has its connection, or needs none any more. */
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

  /** At once, even while there is no connection yet. The reply, or its next read, rejects with `reason`. */
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
        // Most calls have no header of their own.
        headers:
          Object.keys(config.headers).length === 0 ? headers : Object.assign({}, config.headers, headers),
        body: config.data as string,
        // Ours are the clocks: a comment or a byte a second must not reset them.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this,
    );
  }

  /** From the dispatcher, like all that follow. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.sentAt = performance.now();
    this.stopWaiting();
    // Given up while the connection was being made: then there is nothing to be sent.
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

  /** Nobody had seen the request, so it is no attempt that failed: the next connection gets it. */
  private mayResend(error: Error): boolean {
    if (this.reply || this.reason || !isStale(error)) return false;
    return performance.now() - this.sentAt < STALE_WITHIN_MS && this.resends++ < MAX_RESENDS;
  }
}
