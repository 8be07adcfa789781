import { getHeapStatistics } from 'node:v8';
import { Problem } from '../problem.js';

/** Heap that is not available for bodies: the process itself, young objects and garbage. */
const RESERVED_BYTES = 150 * 2 ** 20;
/**
 * During its chat a prompt is in memory about six times: as the body, its text, the request to the upstream and the
 * row, and while each of these is made.
 */
const LARGE_SHARE = 1 / 10;
const SMALL_SHARE = 1 / 40;
/** The least share of the heap to use, if RESERVED_BYTES leaves little or nothing. */
const LEAST_SHARE_OF_HEAP = 1 / 4;

/** The first bytes of each body count against a separate pool, so that large bodies cannot shut out small chats. */
const SMALL_BYTES = 64 * 1024;

/** The share of one body in the budget. */
export interface BodyShare {
  /** Returns the error for the client if a body of `bytes` in total does not fit. */
  resize(bytes: number): Problem | undefined;
  giveBack(): void;
}

/**
 * Bounds the bytes of all bodies in progress, so that neither many large ones nor very many small ones exhaust the
 * memory. Counts bytes that have arrived: declaring a length takes no memory, and must not keep others out.
 */
export class BodyBudget {
  private readonly small: Pool;
  private readonly large: Pool;

  /** `freeBytes`: heap available for bodies and everything made from them. */
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

  /** The only body always fits. */
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
