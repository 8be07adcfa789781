import type { FileHandle } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { RowEnds } from './row-ends.js';

/** Whole rows that lie one after the other in a file. */
export interface WholeRows {
  bytes: Buffer;
  /** Where in the file they begin. */
  position: number;
  /** Where each of them ends, from the beginning of `bytes`. */
  ends: number[];
}

const CHUNK_BYTES = 4 * 1024 * 1024;
const SLICE_BYTES = 1024 * 1024;
/** No row that the service writes is as long: prompt, answer and conversation are bounded, even with every quote doubled. */
const ROW_MAX_BYTES = 128 * 1024 * 1024;

/**
 * Every whole row from `position` on, in pieces of some megabytes. What follows the last row end is left out: it is
 * a row that is being written, or one that a crash has cut off. Either way it is not, or not yet, in the log.
 *
 * This, rather than giving DuckDB the file: it reads to the end of it, and its reader either fails on half a row or,
 * with one thread, drops or keeps it without a word, just as it fell.
 */
export async function* wholeRows(file: FileHandle, position: number): AsyncGenerator<WholeRows> {
  let size = CHUNK_BYTES;
  for (;;) {
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, position);
    const ends = await rowEnds(buffer, bytesRead);
    const last = ends.at(-1);
    if (last !== undefined) {
      yield { bytes: buffer.subarray(0, last), position, ends };
      position += last;
      size = CHUNK_BYTES;
    } else if (bytesRead < size || size >= ROW_MAX_BYTES) return;
    else size *= 2;
  }
}

async function rowEnds(bytes: Buffer, length: number): Promise<number[]> {
  const scanner = new RowEnds();
  const ends: number[] = [];
  for (let from = 0; from < length; from += SLICE_BYTES) {
    scanner.scan(bytes, from, Math.min(length, from + SLICE_BYTES), ends);
    await breathe();
  }
  return ends;
}
