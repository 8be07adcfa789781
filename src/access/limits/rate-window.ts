export const WINDOW_MS = 60_000;

export interface RateState {
  readonly limit: number;
  /** Never below 0. */
  readonly remaining: number;
  /** Time until the window resets, in ms; 0 if none has started. */
  readonly resetMs: number;
}

/**
 * Counts within a minute that begins with the first call. It uses a monotonic clock and no timer: the libraries
 * examined (rate-limiter-flexible 11.4.0, @nestjs/throttler) use the wall clock, so that a clock jump would lift or
 * extend a limit, keep a timer per key, and also count refused requests.
 */
export class RateWindow {
  private used = 0;
  private startedAt = -Infinity;

  /** @param now monotonic, in ms */
  state(limit: number, now: number): RateState {
    const runs = now - this.startedAt < WINDOW_MS;
    return {
      limit,
      remaining: Math.max(0, limit - (runs ? this.used : 0)),
      resetMs: runs ? this.startedAt + WINDOW_MS - now : 0,
    };
  }

  /** An unused window admits any call: a call larger than the limit passes alone. */
  hasRoom(amount: number, limit: number, now: number): boolean {
    const { remaining } = this.state(limit, now);
    return amount <= remaining || (remaining === limit && limit > 0);
  }

  add(amount: number, now: number): void {
    if (now - this.startedAt >= WINDOW_MS) {
      this.startedAt = now;
      this.used = 0;
    }
    this.used += amount;
  }

  /** Adopts the state of another counter. @param startedAt by our clock; -Infinity if none has started */
  set(used: number, startedAt: number): void {
    this.used = used;
    this.startedAt = startedAt;
  }

  /** Corrects an amount that was added at `at`. Amounts of an earlier window do not change this one. */
  correct(by: number, at: number, now: number): void {
    if (by > 0) this.add(by, now);
    else if (at >= this.startedAt && now - this.startedAt < WINDOW_MS)
      this.used = Math.max(0, this.used + by);
  }
}
