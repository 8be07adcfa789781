import { RollingCounts } from './rolling-counts.js';

/*
 * Stops asking a slug that keeps failing. Why not cockatiel (3.2.1, read): it judges a promise that it runs itself,
 * where here a stream is judged at its first chunk and again at its end; it reads Date.now, so a clock that is set
 * opens or closes it; a probe that ends in a failure it does not count closes it; and it has no rest for a 429.
 */

export interface BreakerOptions {
  /** Period over which calls count, in ms. */
  readonly windowMs: number;
  /** Minimum number of calls in the window to judge the slug. */
  readonly minimumCalls: number;
  /** Failure rate at which it opens, 0 to 1. */
  readonly failureRate: number;
  /** First time open, in ms; doubles each time it opens again before a calm window has passed. */
  readonly cooldownMs: number;
  /** Maximum time open, and maximum rest after a 429, in ms. */
  readonly maxCooldownMs: number;
  /** After this time without a result a probe counts as lost, and another is allowed, in ms. */
  readonly probeTimeoutMs: number;
}

export const BREAKER_DEFAULTS: BreakerOptions = {
  windowMs: 30_000,
  minimumCalls: 10,
  failureRate: 0.5,
  cooldownMs: 5_000,
  maxCooldownMs: 60_000,
  probeTimeoutMs: 60_000,
};

/** `resting`: the upstream limits our rate and named a time. `half_open`: one probe is allowed or running. */
export type BreakerState = 'closed' | 'resting' | 'open' | 'half_open';

export interface BreakerSnapshot {
  readonly state: BreakerState;
  /** Milliseconds until a call may be allowed; 0 if one may be now, or as soon as the probe reports. */
  readonly retryInMs: number;
}

/** Permission for one call. Reports after the last one that counts are ignored, so call `release` in a `finally`. */
export interface Permit {
  /** The answer has begun, so the slug is trusted again. The stream may still break, so `failure` may follow. */
  success(): void;
  failure(): void;
  /** The upstream limits our rate: not a failure, but no calls for the time that it named, if any. */
  rest(retryAfterMs: number | undefined): void;
  /** No further result: the call is over, the client left, or the request was at fault. */
  release(): void;
}

/** The result of a call for the breaker. `broken`: it failed after it had counted as a success. */
type Outcome = 'success' | 'failure' | 'broken' | 'none';

export class CircuitBreaker {
  private readonly counts: RollingCounts;
  private open = false;
  private blockedUntil = -Infinity;
  private restUntil = -Infinity;
  private closedAt = -Infinity;
  private timesOpened = 0;
  private probeLostAt = -Infinity;
  /** Increases when it opens, probes or closes: results of earlier calls no longer count. */
  private era = 0;

  /** `clock` is monotonic, in ms. */
  constructor(
    private readonly clock: () => number,
    private readonly options: BreakerOptions = BREAKER_DEFAULTS,
  ) {
    this.counts = new RollingCounts(options.windowMs);
  }

  /** Undefined if the slug must not be called now. */
  tryAcquire(): Permit | undefined {
    const now = this.clock();
    if (now < this.restUntil || (this.open && now < this.blockedUntil)) return undefined;
    if (this.open) {
      if (now < this.probeLostAt) return undefined;
      this.probeLostAt = now + this.options.probeTimeoutMs;
      this.era++;
    }
    return this.permit();
  }

  snapshot(): BreakerSnapshot {
    const now = this.clock();
    const blockedMs = this.open ? Math.max(0, this.blockedUntil - now) : 0;
    const restMs = Math.max(0, this.restUntil - now);
    const state = blockedMs > 0 ? 'open' : restMs > 0 ? 'resting' : this.open ? 'half_open' : 'closed';
    return { state, retryInMs: Math.max(blockedMs, restMs) };
  }

  private permit(): Permit {
    let { era } = this;
    let stage: 'waiting' | 'begun' | 'over' = 'waiting';
    const end = (outcome: Outcome) => {
      if (era === this.era && stage === 'waiting') this.judge(outcome);
      if (era === this.era && stage === 'begun' && outcome === 'failure') this.judge('broken');
      stage = 'over';
    };
    return {
      success: () => {
        if (stage !== 'waiting') return;
        end('success');
        stage = 'begun';
        era = this.era;
      },
      failure: () => {
        end('failure');
      },
      rest: (retryAfterMs) => {
        if (stage !== 'over') this.rest(retryAfterMs);
        end('none');
      },
      release: () => {
        end('none');
      },
    };
  }

  /** While open, only the probe belongs to this era, or a stream that broke since. */
  private judge(outcome: Outcome): void {
    if (!this.open) this.count(outcome);
    else if (outcome !== 'broken') this.endProbe(outcome);
  }

  private count(outcome: Outcome): void {
    if (outcome === 'none') return;
    const now = this.clock();
    this.counts.add(outcome === 'broken' ? 0 : 1, outcome === 'success' ? 0 : 1, now);
    if (outcome === 'success') return;
    const { calls, failures } = this.counts.total(now);
    const { minimumCalls, failureRate } = this.options;
    if (calls >= minimumCalls && failures >= calls * failureRate) this.trip(now);
  }

  private endProbe(outcome: Outcome): void {
    this.probeLostAt = -Infinity;
    if (outcome === 'failure') this.trip(this.clock());
    if (outcome === 'success') this.close(this.clock());
  }

  private trip(now: number): void {
    if (!this.open && now - this.closedAt >= this.options.windowMs) this.timesOpened = 0;
    const { cooldownMs, maxCooldownMs } = this.options;
    this.blockedUntil = now + Math.min(maxCooldownMs, cooldownMs * 2 ** this.timesOpened);
    this.timesOpened++;
    this.open = true;
    this.era++;
  }

  private close(now: number): void {
    this.open = false;
    this.closedAt = now;
    this.counts.clear();
    this.era++;
  }

  private rest(retryAfterMs = 0): void {
    const restMs = Math.min(retryAfterMs, this.options.maxCooldownMs);
    this.restUntil = Math.max(this.restUntil, this.clock() + restMs);
  }
}
