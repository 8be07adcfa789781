import { setImmediate as breathe } from 'node:timers/promises';

const BATCH_BYTES = 64 * 1024;
/** So much is encoded in some milliseconds; then others have their turn. */
const BREATH_BYTES = 512 * 1024;

/** Joins small pieces to chunks worth a write, and lets the event loop go now and then. */
export async function* batched(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let size = 0;
  let sinceBreath = 0;
  for await (const piece of pieces) {
    // Copied, since a row's bytes are only valid until the next row is read.
    const bytes = Buffer.from(piece);
    batch.push(bytes);
    size += bytes.length;
    if (size < BATCH_BYTES) continue;
    yield Buffer.concat(batch);
    sinceBreath += size;
    [batch, size] = [[], 0];
    if (sinceBreath < BREATH_BYTES) continue;
    sinceBreath = 0;
    await breathe();
  }
  if (size > 0) yield Buffer.concat(batch);
}
