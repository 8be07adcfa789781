import type { Problem } from '../../common/problem.js';
import { rateLimited, type Limit } from '../access-failures.js';
import type { Key } from '../keys/key.js';
import type { RateStates } from '../limits/limit-headers.js';
import { RateWindow } from '../limits/rate-window.js';

interface Counts {
  readonly requests: RateWindow;
  readonly tokens: RateWindow;
  parallel: number;
}

/** Requests and tokens, and how many ms ago their minutes started. */
export interface Counted {
  readonly requests: number;
  readonly requestsMs: number;
  readonly tokens: number;
  readonly tokensMs: number;
}

/** Assumed time until another call ends, sent as `Retry-After`. */
const TURN_MS = 1_000;

/** Requests and tokens per minute and parallel chats, by key. Changing a limit of a key keeps its counts. */
export class RateLimits {
  private readonly counts = new Map<string, Counts>();

  /** @param now monotonic, in ms */
  states({ id, rpm, tpm }: Key, now: number): RateStates {
    if (rpm === null && tpm === null) return { requests: undefined, tokens: undefined };
    const { requests, tokens } = this.of(id);
    return {
      requests: rpm === null ? undefined : requests.state(rpm, now),
      tokens: tpm === null ? undefined : tokens.state(tpm, now),
    };
  }

  parallel(id: string): number {
    return this.counts.get(id)?.parallel ?? 0;
  }

  /** Throws Problem 429 if a limit is reached. Counts nothing. */
  assertRoom(key: Key, amount: number, now: number): void {
    const { requests, tokens, parallel } = this.of(key.id);
    if (key.concurrency !== null && parallel >= key.concurrency)
      throw this.refusal('parallel chat', key, now);
    if (key.rpm !== null && !requests.hasRoom(1, key.rpm, now)) throw this.refusal('request', key, now);
    if (key.tpm !== null && !tokens.hasRoom(amount, key.tpm, now)) throw this.refusal('token', key, now);
  }

  /** The problem for a request over that limit. */
  refusal(limit: Limit, { id, rpm, tpm, concurrency }: Key, now: number): Problem {
    const { requests, tokens } = this.of(id);
    if (limit === 'request') return rateLimited(limit, rpm ?? 0, requests.state(rpm ?? 0, now).resetMs);
    if (limit === 'token') return rateLimited(limit, tpm ?? 0, tokens.state(tpm ?? 0, now).resetMs);
    return rateLimited(limit, concurrency ?? 0, TURN_MS);
  }

  /** Adopts counts made elsewhere, for several processes. */
  told(id: string, counted: Counted, now: number): void {
    const { requests, tokens } = this.of(id);
    requests.set(counted.requests, counted.requests === 0 ? -Infinity : now - counted.requestsMs);
    tokens.set(counted.tokens, counted.tokens === 0 ? -Infinity : now - counted.tokensMs);
  }

  begin({ id }: Key, amount: number, now: number): void {
    const counts = this.of(id);
    counts.requests.add(1, now);
    counts.tokens.add(amount, now);
    counts.parallel++;
  }

  end(id: string): void {
    this.of(id).parallel--;
  }

  /** Corrects the tokens of a call that began at `at` by this difference. */
  correctTokens(id: string, by: number, at: number, now: number): void {
    this.of(id).tokens.correct(by, at, now);
  }

  private of(id: string): Counts {
    let counts = this.counts.get(id);
    if (!counts)
      this.counts.set(id, (counts = { requests: new RateWindow(), tokens: new RateWindow(), parallel: 0 }));
    return counts;
  }
}
