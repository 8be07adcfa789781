import type { IncomingMessage } from 'node:http';
import { Problem } from '../wire/problem.js';

const maxBytes = 32 * 1024 * 1024;

/** @throws Problem 413, or the stream's own error when the client leaves */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Problem(413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws Problem 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, { message: 'The body is not valid JSON' });
  }
}
