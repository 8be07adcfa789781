/**
 * Says that a piece of work is no longer wanted, and why: an AbortController and its signal in one. Those of Node are
 * event targets and cost 5 µs and 3 KB a chat, these next to nothing.
 */
export class Cancellation {
  aborted = false;
  reason: unknown;
  private readonly listeners: (() => void)[] = [];
  private controller: AbortController | undefined;

  /** Has an effect once. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const listener of [...this.listeners]) listener();
  }

  /** Calls back when aborted from now on. */
  onAbort(listener: () => void): void {
    this.listeners.push(listener);
  }

  offAbort(listener: () => void): void {
    const index = this.listeners.indexOf(listener);
    if (index !== -1) this.listeners.splice(index, 1);
  }

  /** The same for what wants an AbortSignal. Made on first use. */
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }
}
