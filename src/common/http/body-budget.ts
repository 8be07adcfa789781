import { getHeapStatistics } from 'node:v8';
import { Problem } from '../problem.js';

/**
 * A prompt is in memory some four times while its chat is under way: as the body, as its text, as the request to the
 * upstream, as the row. With all bodies together within an eighth of the heap, half of it stays free.
 */
const SHARE_OF_HEAP = 1 / 8;

/** So much of every body is free: whoever fills the budget must not shut out the small chats of others. */
const FREE_BYTES = 64 * 1024;

/** What one body takes of the budget. */
export interface BodyShare {
  /** Returns what to tell the client if there is no room for a body of `bytes` in all. */
  growTo(bytes: number): Problem | undefined;
  giveBack(): void;
}

/**
 * Bounds the bytes of all bodies whose requests are under way, so that many large ones cannot exhaust the memory.
 * Counts what has arrived: what is only declared takes no memory, and declaring it must not keep others out.
 */
export class BodyBudget {
  private used = 0;

  constructor(private readonly maxBytes: number = getHeapStatistics().heap_size_limit * SHARE_OF_HEAP) {}

  share(): BodyShare {
    let taken = 0;
    return {
      growTo: (bytes) => {
        const more = Math.max(0, bytes - FREE_BYTES) - taken;
        // A body alone always has room.
        if (more > 0 && this.used > taken && this.used + more > this.maxBytes) return overloaded();
        taken += more;
        this.used += more;
        return undefined;
      },
      giveBack: () => {
        this.used -= taken;
        taken = 0;
      },
    };
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
