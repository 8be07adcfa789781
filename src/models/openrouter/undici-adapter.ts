import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import { UpstreamBody } from './upstream-body.js';

/**
 * An axios adapter over undici's dispatcher: it streams, it aborts, follows no redirect and decodes nothing (faults.md
 * F2, A3, A13). axios's own http adapter costs 500 to 900 µs a request, this one some 50 (performance.md).
 */
export function undiciAdapter(dispatcher: Dispatcher): AxiosAdapter {
  return (config) =>
    new Promise((resolve, reject) => {
      const signal = config.signal as AbortSignal | undefined;
      signal?.throwIfAborted();
      const { origin, pathname, search } = new URL(config.url ?? '', config.baseURL);
      dispatcher.dispatch(
        {
          origin,
          path: pathname + search,
          method: (config.method ?? 'get').toUpperCase(),
          headers: config.headers,
          body: config.data as string | undefined,
          // Ours are the clocks: a comment or a byte a second must not reset them.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        new ResponseHandler(config, resolve, reject),
      );
    });
}

class ResponseHandler implements Dispatcher.DispatchHandler {
  private body: UpstreamBody | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private readonly signal: AbortSignal | undefined;

  constructor(
    private readonly config: InternalAxiosRequestConfig,
    private readonly resolve: (response: AxiosResponse<UpstreamBody>) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.signal = config.signal as AbortSignal | undefined;
    this.signal?.addEventListener('abort', this.abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Given up while the connection was being made: then there is nothing to be sent.
    if (this.signal?.aborted) this.abort();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string>,
    statusText = '',
  ): void {
    if (status < 200) return;
    this.body = new UpstreamBody(controller);
    this.resolve({ status, statusText, headers, data: this.body, config: this.config });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body?.onData(chunk);
  }

  onResponseEnd(): void {
    this.signal?.removeEventListener('abort', this.abort);
    this.body?.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.signal?.removeEventListener('abort', this.abort);
    if (this.body) this.body.onError(error);
    else this.reject(error);
  }

  /** At once, even while there is no connection yet: nobody waits for one that takes long. */
  private readonly abort = (): void => {
    const reason = this.signal?.reason as Error;
    if (this.controller) this.controller.abort(reason);
    else this.reject(reason);
  };
}
