import { brokenAnswerError } from './connection-error.js';
import type { UpstreamBody } from './upstream-body.js';

/** A body that is not a stream, up to `maxBytes`. Throws a Problem where it broke off. */
export async function readWhole(
  body: UpstreamBody,
  maxBytes: number,
): Promise<{ bytes: Buffer; complete: boolean }> {
  const all: Buffer[] = [];
  let size = 0;
  try {
    for (let chunks = await body.read(); chunks; chunks = await body.read()) {
      for (const chunk of chunks) {
        size += chunk.length;
        all.push(chunk);
      }
      if (size > maxBytes) return { bytes: Buffer.concat(all, maxBytes), complete: false };
    }
  } catch (error) {
    throw brokenAnswerError(error);
  }
  return { bytes: Buffer.concat(all, size), complete: true };
}
