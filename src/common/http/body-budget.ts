import { getHeapStatistics } from 'node:v8';
import { Problem } from '../problem.js';

/**
 * A prompt is in memory some four times while its chat is under way: as the body, as its text, as the request to the
 * upstream, as the row. With all bodies together within an eighth of the heap, half of it stays free.
 */
const SHARE_OF_HEAP = 1 / 8;

/** Bounds the bytes of all bodies whose requests are under way, so that many large ones cannot exhaust the memory. */
export class BodyBudget {
  private used = 0;

  constructor(private readonly maxBytes: number = getHeapStatistics().heap_size_limit * SHARE_OF_HEAP) {}

  /** Returns what to tell the client if there is no room for `bytes` more. A body alone always has room. */
  take(bytes: number): Problem | undefined {
    if (this.used > 0 && this.used + bytes > this.maxBytes) return overloaded();
    this.used += bytes;
    return undefined;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}

function overloaded(): Problem {
  return new Problem({
    status: 503,
    code: 'overloaded',
    detail: 'Too many large requests are under way. Try again shortly.',
    retryAfter: 1,
  });
}
