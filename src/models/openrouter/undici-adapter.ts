import { AxiosHeaders, type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import type { UpstreamConnections } from './upstream-connections.js';
import { UpstreamReply, type UpstreamHeaders } from './upstream-reply.js';
import { isStale } from './watched-socket.js';

/** Headers that are the same in every call. They win over those of the call's own config. */
export type FixedHeaders = Readonly<Record<string, string>>;

const NO_HEADERS = new AxiosHeaders();
/** So many stale connections in a row are no coincidence, and the failure is told. */
const MAX_RESENDS = 4;
/** A connection that is stale says so within a round trip. Later than this, somebody had begun to work on the request. */
const STALE_WITHIN_MS = 1_000;

/**
 * An axios adapter that posts to one URL over undici's dispatcher. It streams, aborts, follows no redirect and decodes
 * nothing (faults.md F2, A3, A13). axios's own http adapter costs 500 to 900 µs a request, this one some 50
 * (performance.md).
 *
 * URL and fixed headers are given once, and the reply's head is in the `data` of axios's response, as axios would
 * parse, copy and normalise them in every call: 28 → 4 µs, together with the lean defaults of the client.
 */
export function undiciAdapter(
  connections: UpstreamConnections,
  url: string,
  fixed: FixedHeaders,
): AxiosAdapter {
  const { origin, pathname, search } = new URL(url);
  const path = pathname + search;
  return (config) =>
    new Promise((resolve, reject) => {
      const request: Dispatcher.DispatchOptions = {
        origin,
        path,
        method: 'POST',
        headers: headersOf(config, fixed),
        body: config.data as string,
        // Ours are the clocks: a comment or a byte a second must not reset them.
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      new UpstreamRequest(connections, request, config, resolve, reject).send();
    });
}

/** Most calls have no header of their own. */
function headersOf({ headers }: InternalAxiosRequestConfig, fixed: FixedHeaders): FixedHeaders {
  const own = Object.keys(headers);
  return own.length === 0 ? fixed : Object.assign({}, headers, fixed);
}

/** One request, from its dispatch to the end of its reply. */
class UpstreamRequest implements Dispatcher.DispatchHandler {
  private reply: UpstreamReply | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  /** To be called when the request has its connection, or needs none any more. */
  private stopWaiting: () => void = () => undefined;
  private sentAt = 0;
  private resends = 0;
  private readonly signal: AbortSignal;

  constructor(
    private readonly connections: UpstreamConnections,
    private readonly request: Dispatcher.DispatchOptions,
    private readonly config: InternalAxiosRequestConfig,
    private readonly resolve: (response: AxiosResponse<UpstreamReply>) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.signal = config.signal as AbortSignal;
    // Never taken back: each attempt has a signal of its own.
    this.signal.addEventListener('abort', this.abort);
  }

  send(): void {
    this.stopWaiting = this.connections.wait();
    this.connections.dispatcher.dispatch(this.request, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.sentAt = performance.now();
    this.stopWaiting();
    // Given up while the connection was being made: then there is nothing to be sent.
    if (this.signal.aborted) this.abort();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: UpstreamHeaders,
    statusText = '',
  ): void {
    if (status < 200) return;
    this.reply = new UpstreamReply(controller, { status, headers, sentAt: this.sentAt });
    this.resolve({ status, statusText, headers: NO_HEADERS, data: this.reply, config: this.config });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.reply?.onData(chunk);
  }

  onResponseEnd(): void {
    this.reply?.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.stopWaiting();
    if (this.reply) this.reply.onError(error);
    else if (this.mayResend(error)) this.send();
    else this.reject(error);
  }

  /** Nobody had seen the request, so it is no attempt that failed: the next connection gets it. */
  private mayResend(error: Error): boolean {
    if (this.signal.aborted || !isStale(error) || this.resends >= MAX_RESENDS) return false;
    this.resends++;
    this.controller = undefined;
    return performance.now() - this.sentAt < STALE_WITHIN_MS;
  }

  /** At once, even while there is no connection yet: nobody waits for one that takes long. */
  private readonly abort = (): void => {
    const reason = this.signal.reason as Error;
    if (this.controller) this.controller.abort(reason);
    else {
      this.stopWaiting();
      this.reject(reason);
    }
  };
}
