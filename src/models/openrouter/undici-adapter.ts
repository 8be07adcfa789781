import { AxiosHeaders, type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import type { Cancellation } from '../../common/cancellation.js';
import type { UpstreamConnections } from './upstream-connections.js';
import { UpstreamBody, type UpstreamHeaders } from './upstream-body.js';

/** Headers that are the same in every call. They win over those of the call's own config. */
export type FixedHeaders = Readonly<Record<string, string>>;

const NO_HEADERS = new AxiosHeaders();

/**
 * An axios adapter that posts to one URL over undici's dispatcher; its `signal` is a Cancellation. It streams, aborts,
 * follows no redirect and decodes nothing (faults.md F2, A3, A13). axios's own http adapter costs 500 to 900 µs a
 * request, this one some 50 (performance.md).
 *
 * URL and fixed headers are given once, and the reply's headers are those of its body (`UpstreamBody.headers`), as
 * axios would parse, copy and normalise them in every call: 28 → 4 µs, together with the lean defaults below.
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
      const signal = config.signal as Cancellation;
      if (signal.aborted) throw signal.reason;
      connections.dispatcher.dispatch(
        {
          origin,
          path,
          method: 'POST',
          headers: headersOf(config, fixed),
          body: config.data as string,
          // Ours are the clocks: a comment or a byte a second must not reset them.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        new ResponseHandler(config, connections.wait(), resolve, reject),
      );
    });
}

/** Most calls have no header of their own. */
function headersOf({ headers }: InternalAxiosRequestConfig, fixed: FixedHeaders): FixedHeaders {
  const own = Object.keys(headers);
  return own.length === 0 ? fixed : Object.assign({}, headers, fixed);
}

class ResponseHandler implements Dispatcher.DispatchHandler {
  private body: UpstreamBody | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private readonly signal: Cancellation;

  constructor(
    private readonly config: InternalAxiosRequestConfig,
    /** To be called when the request has its connection, or needs none any more. */
    private readonly stopWaiting: () => void,
    private readonly resolve: (response: AxiosResponse<UpstreamBody>) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.signal = config.signal as Cancellation;
    this.signal.onAbort(this.abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
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
    this.body = new UpstreamBody(controller, headers);
    this.resolve({ status, statusText, headers: NO_HEADERS, data: this.body, config: this.config });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body?.onData(chunk);
  }

  onResponseEnd(): void {
    this.signal.offAbort(this.abort);
    this.body?.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.stopWaiting();
    this.signal.offAbort(this.abort);
    if (this.body) this.body.onError(error);
    else this.reject(error);
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
