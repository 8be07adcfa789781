import { logTimeout } from './log-failures.js';

/**
 * One signal for the client's abort and for the time limit of an answer. Not `AbortSignal.timeout()`, which keeps
 * everything that an answer holds in memory until the limit expires, although the answer takes milliseconds.
 */
export class TimeLimit {
  readonly signal: AbortSignal;
  private readonly ended = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly leave = () => {
    this.ended.abort(this.client?.reason);
  };

  constructor(
    private readonly client: AbortSignal | undefined,
    ms: number,
  ) {
    this.signal = this.ended.signal;
    this.timer = setTimeout(() => {
      this.ended.abort(logTimeout());
    }, ms).unref();
    if (client?.aborted) this.leave();
    client?.addEventListener('abort', this.leave, { once: true });
  }

  close(): void {
    clearTimeout(this.timer);
    this.client?.removeEventListener('abort', this.leave);
  }
}
