export const WINDOW_MS = 60_000;

export interface RateState {
  readonly limit: number;
  /** Never below 0. */
  readonly remaining: number;
  /** Until the window starts anew, in ms; 0 where none has begun. */
  readonly resetMs: number;
}

/**
 * Counts within a minute that begins with the first that is counted. By a monotonic clock, and without a timer: where
 * the libraries that were looked at (rate-limiter-flexible 11.4.0, @nestjs/throttler) go by wall clock, a jump of it
 * would open or shut the door, they keep a timer for each key, and a refused request counts as well.
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

  /** Where the window is unused there is room for anything: a call larger than the limit passes alone. */
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

  /** As another counter of the same calls has it. @param startedAt by our clock; -Infinity where none has begun */
  set(used: number, startedAt: number): void {
    this.used = used;
    this.startedAt = startedAt;
  }

  /** It was less, or more, than what was added at `at`. What counted in a former window is not given back to this one. */
  correct(by: number, at: number, now: number): void {
    if (by > 0) this.add(by, now);
    else if (at >= this.startedAt && now - this.startedAt < WINDOW_MS)
      this.used = Math.max(0, this.used + by);
  }
}
