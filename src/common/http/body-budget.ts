import { getHeapStatistics } from 'node:v8';
import { Problem } from '../problem.js';

/** What the process needs of the heap beside bodies: itself, and what is young or garbage. */
const RESERVED_BYTES = 150 * 2 ** 20;
/**
 * A prompt is in memory some six times while its chat is under way: as the body, as its text, in the request to the
 * upstream, in the row, and while each of them is made.
 */
const LARGE_SHARE = 1 / 10;
const SMALL_SHARE = 1 / 40;
/** Where little or nothing is left of a heap beyond what is reserved. */
const LEAST_SHARE_OF_HEAP = 1 / 4;

/** So much of each body is counted apart: whoever fills the rest must not shut out the small chats of others. */
const SMALL_BYTES = 64 * 1024;

/** What one body takes of the budget. */
export interface BodyShare {
  /** Returns what to tell the client if there is no room for a body that takes `bytes` in all. */
  resize(bytes: number): Problem | undefined;
  giveBack(): void;
}

/**
 * Bounds the bytes of all bodies whose requests are under way, so that neither many large ones nor very many small
 * ones exhaust the memory. Counts what has arrived: what is only declared takes no memory, and declaring it must not
 * keep others out.
 */
export class BodyBudget {
  private readonly small: Pool;
  private readonly large: Pool;

  /** `freeBytes`: of the heap, for all that bodies become. */
  constructor(freeBytes: number = freeOfHeap(getHeapStatistics().heap_size_limit)) {
    this.small = new Pool(freeBytes * SMALL_SHARE);
    this.large = new Pool(freeBytes * LARGE_SHARE);
  }

  share(): BodyShare {
    let taken = 0;
    const parts = [
      { pool: this.small, of: (bytes: number) => Math.min(bytes, SMALL_BYTES) },
      { pool: this.large, of: (bytes: number) => Math.max(0, bytes - SMALL_BYTES) },
    ];
    return {
      resize: (bytes) => {
        if (parts.some(({ pool, of }) => !pool.hasRoom(of(taken), of(bytes)))) return overloaded();
        for (const { pool, of } of parts) pool.used += of(bytes) - of(taken);
        taken = bytes;
        return undefined;
      },
      giveBack: () => {
        for (const { pool, of } of parts) pool.used -= of(taken);
        taken = 0;
      },
    };
  }
}

class Pool {
  used = 0;

  constructor(private readonly maxBytes: number) {}

  /** Something alone always has room. */
  hasRoom(taken: number, bytes: number): boolean {
    const others = this.used - taken;
    return bytes <= taken || others === 0 || others + bytes <= this.maxBytes;
  }
}

function freeOfHeap(heapBytes: number): number {
  return Math.max(heapBytes - RESERVED_BYTES, heapBytes * LEAST_SHARE_OF_HEAP);
}

function overloaded(): Problem {
  return new Problem({
    status: 503,
    code: 'overloaded',
    detail: 'Too many large requests are under way. Try again shortly.',
    retryAfter: 1,
  });
}
