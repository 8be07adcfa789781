import type { IncomingMessage } from 'node:http';
import { errorReply, WireError } from './wire-error.js';

const maxBytes = 32 * 1024 * 1024;

/** @throws WireError 413, or the stream's own error when the client leaves */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new WireError(errorReply(413));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws WireError 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError(errorReply(400, { message: 'The body is not valid JSON' }));
  }
}
