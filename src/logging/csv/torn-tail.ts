import type { FileHandle } from 'node:fs/promises';

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Where the last complete row of a log ends. Every row ends with CRLF outside quotes, so a file is complete exactly if
 * it has an even number of `"` and ends with CRLF. That test alone is one fast pass (`indexOf` skips the text); only a
 * torn file is then searched, from its end backwards. Memory is one chunk whatever the size.
 */
export async function endOfLastCompleteRow(handle: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
  let quotes = 0;
  let ending = Buffer.alloc(0);
  for (let position = 0; position < size;) {
    const bytes = await readChunk(handle, chunk, position, size);
    quotes += countQuotes(bytes);
    ending = Buffer.concat([ending, bytes.subarray(-2)]).subarray(-2);
    position += bytes.length;
  }
  const insideQuotes = quotes % 2 === 1;
  if (!insideQuotes && ending.equals(Buffer.from([CR, LF]))) return size;
  return searchBackwards(handle, chunk, size, insideQuotes);
}

async function searchBackwards(handle: FileHandle, chunk: Buffer, size: number, insideQuotes: boolean) {
  let inside = insideQuotes;
  for (let end = size; end > 1;) {
    // Chunks overlap by one byte, so that a CRLF across their border is seen.
    const start = Math.max(0, end - chunk.length);
    const bytes = await readChunk(handle, chunk, start, end);
    for (let i = bytes.length - 1; i > 0; i--) {
      if (bytes[i] === QUOTE) inside = !inside;
      else if (bytes[i] === LF && !inside && bytes[i - 1] === CR) return start + i + 1;
    }
    end = start + 1;
  }
  return 0;
}

function countQuotes(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(QUOTE); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) count++;
  return count;
}

async function readChunk(handle: FileHandle, chunk: Buffer, start: number, end: number): Promise<Buffer> {
  const wanted = Math.min(chunk.length, end - start);
  let filled = 0;
  while (filled < wanted) {
    const { bytesRead } = await handle.read(chunk, filled, wanted - filled, start + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    filled += bytesRead;
  }
  return chunk.subarray(0, filled);
}
