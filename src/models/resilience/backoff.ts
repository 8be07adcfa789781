/*
 * Why not p-retry or cockatiel: both repeat a function that returns a promise, and sleep and draw lots by themselves.
 * What is repeated here is a stream up to its first chunk, under a budget and one deadline with clock and chance given.
 */

export interface BackoffOptions {
  /** Longest wait before the first retry, in ms; it doubles with each further one. */
  readonly baseMs: number;
  /** Longest wait of all, in ms. */
  readonly capMs: number;
}

const DEFAULTS: BackoffOptions = { baseMs: 500, capMs: 8_000 };

/**
 * Milliseconds to wait before retry number `retry` (1 is the first); `random` is like Math.random.
 *
 * Half of the time is certain and half is chance: with so few retries, one that comes at once (as full jitter would
 * allow) is wasted on a provider that had no time to recover, and without chance all that failed together would come
 * back together. For the same reason a wait that the upstream asked for is kept in full and the chance comes on top.
 */
export function backoffMs(
  retry: number,
  retryAfterMs: number | undefined,
  random: () => number,
  { baseMs, capMs }: BackoffOptions = DEFAULTS,
): number {
  const half = Math.min(capMs, baseMs * 2 ** (retry - 1)) / 2;
  return Math.max(retryAfterMs ?? 0, half) + half * random();
}
