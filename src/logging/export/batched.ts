import { Turn } from '../turn.js';

const BATCH_BYTES = 64 * 1024;

/** Joins small pieces to chunks worth a write, and yields to the event loop in time. */
export async function* batched(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let size = 0;
  const turn = new Turn();
  for await (const piece of pieces) {
    // Copied: the bytes of a row are valid only until the next is requested.
    const bytes = Buffer.from(piece);
    batch.push(bytes);
    size += bytes.length;
    if (turn.isOver) await turn.pass();
    if (size < BATCH_BYTES) continue;
    yield Buffer.concat(batch);
    [batch, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(batch);
}
