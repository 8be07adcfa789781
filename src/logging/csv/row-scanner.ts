import type { FileHandle } from 'node:fs/promises';
import { Turn } from '../turn.js';

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const MIB = 1024 * 1024;
const CHUNK_BYTES = MIB;

/**
 * The longest row that is written, held in memory and read. The writer truncates longer ones; one that an older version
 * or another program wrote is reported as unreadable by itself.
 */
export const ROW_MAX_BYTES = 64 * MIB;

/**
 * Finds the ends of rows: line feeds outside quotes. That needs no other knowledge of CSV, because a quote within
 * quotes is doubled and never changes the parity.
 */
export class RowScanner {
  private quoted = false;

  /** The index after each row that ends in `bytes`, which continue those of the last call. A megabyte takes 1.5 ms. */
  ends(bytes: Uint8Array): number[] {
    const found: number[] = [];
    let quoted = this.quoted;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index];
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_FEED && !quoted) found.push(index + 1);
    }
    this.quoted = quoted;
    return found;
  }
}

/** Consecutive bytes of a log. Valid until the next batch is requested. */
export interface RowBatch {
  /**
   * - `rows`: whole rows, the header included, each with its line end;
   * - `too long`: one row with more bytes than may be held;
   * - `cut`: what follows the last row end, if anything: a row that is being written, or that a crash has cut.
   */
  kind: 'rows' | 'too long' | 'cut';
  /** Position of the first byte in the file. */
  position: number;
  length: number;
  /** All bytes; of a row that is too long only its beginning. */
  bytes: Buffer;
  /** The end of each row, relative to `position`. */
  ends: number[];
}

/** Each row of a batch, with its line end. Views of the batch's bytes. */
export function* rowsIn({ bytes, ends }: Pick<RowBatch, 'bytes' | 'ends'>): Generator<Buffer> {
  let from = 0;
  for (const end of ends) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

/**
 * Splits chunks of bytes into rows, and yields to the event loop in time. Holds one chunk and one row in memory.
 * @param position of the first byte in the file; a row begins there
 * @param maxRowBytes longest row to hold; also the limit of a chunk
 */
export async function* scanRows(
  chunks: AsyncIterable<Buffer>,
  position = 0,
  maxRowBytes = ROW_MAX_BYTES,
): AsyncGenerator<RowBatch, undefined> {
  const scanner = new RowScanner();
  const begun = new BegunRow(position, maxRowBytes);
  const turn = new Turn();
  for await (const chunk of chunks) {
    const ends = scanner.ends(chunk);
    const [first] = ends;
    const last = ends.at(-1);
    let from = 0;
    if (first !== undefined && begun.length > 0) {
      begun.add(chunk.subarray(0, first));
      yield begun.end('rows');
      ends.shift();
      from = first;
    }
    if (last !== undefined && last > from) {
      const bytes = chunk.subarray(from, last);
      yield { kind: 'rows', ...begun.skip(bytes), ends: ends.map((end) => end - from) };
      from = last;
    }
    begun.add(chunk.subarray(from));
    if (turn.isOver) await turn.pass();
  }
  if (begun.length > 0) yield begun.end('cut');
}

/** The row that the chunks so far have begun, and their position. */
class BegunRow {
  length = 0;
  private pieces: Buffer[] = [];

  constructor(
    private position: number,
    private readonly maxBytes: number,
  ) {}

  /** Copied, because the memory of a chunk may be reused. */
  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.length + bytes.length <= this.maxBytes) this.pieces.push(Buffer.from(bytes));
    else this.pieces.length = Math.min(this.pieces.length, 1);
    this.length += bytes.length;
  }

  end(kind: 'rows' | 'cut'): RowBatch {
    const { position, length } = this;
    const isHeld = length <= this.maxBytes;
    const bytes = Buffer.concat(this.pieces);
    [this.pieces, this.length, this.position] = [[], 0, position + length];
    if (kind === 'cut') return { kind, position, length, bytes, ends: [] };
    return { kind: isHeld ? 'rows' : 'too long', position, length, bytes, ends: [length] };
  }

  skip(bytes: Buffer): { position: number; length: number; bytes: Buffer } {
    const { position } = this;
    this.position += bytes.length;
    return { position, length: bytes.length, bytes };
  }
}

/** The rows of a file from `position`, where a row begins, to `end`, which the file must reach. */
export function rowsOfFile(
  file: FileHandle,
  { position, end, maxRowBytes }: { position: number; end: number; maxRowBytes?: number },
): AsyncGenerator<RowBatch, undefined> {
  return scanRows(chunksOf(file, position, end), position, maxRowBytes);
}

/** Ends early if the file does. One buffer for all: a gigabyte in new ones is allocated faster than it is collected. */
async function* chunksOf(file: FileHandle, position: number, end: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(0, end - position)));
  while (position < end) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/**
 * Where the last complete row of a file ends. A file is complete exactly if it has an even number of `"` and ends with
 * a line feed. That test is one fast pass (`indexOf` skips the text: 0.25 s a gigabyte); only a torn file is scanned.
 */
export async function endOfLastRow(file: FileHandle, size: number): Promise<number> {
  let quotes = 0;
  let read = 0;
  let last: number | undefined;
  for await (const chunk of chunksOf(file, 0, size)) {
    for (let at = chunk.indexOf(QUOTE); at !== -1; at = chunk.indexOf(QUOTE, at + 1)) quotes++;
    read += chunk.length;
    last = chunk.at(-1);
  }
  if (read < size) throw new Error('the file became shorter while it was read');
  if (quotes % 2 === 0 && last === LINE_FEED) return size;
  let end = 0;
  for await (const batch of rowsOfFile(file, { position: 0, end: size }))
    if (batch.kind !== 'cut') end = batch.position + batch.length;
  return end;
}
