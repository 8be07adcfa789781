import type { Problem } from '../../common/problem.js';
import { ModelError } from '../model.errors.js';
import { retryAfterMs } from '../resilience/retry-after.js';
import { brokenAnswerError } from './connection-error.js';
import { parseChunk } from './json-values.js';
import { upstreamError } from './upstream-error.js';
import type { ReplyHead, UpstreamHeaders, UpstreamReply } from './upstream-reply.js';

/** Most of an error body that is read: the documented ones are short, and the rest may be a web page. */
const ERROR_BODY_MAX_BYTES = 64 * 1024;

/** What an error body may lack without harm. */
const SHORTENED: ReadonlySet<string> = new Set(['response_too_large', 'upstream_truncated']);

export function isEventStream({ status, headers }: ReplyHead): boolean {
  return (
    status === 200 &&
    isPlainlyEncoded(headers) &&
    typeof headers['content-type'] === 'string' &&
    headers['content-type'].toLowerCase().startsWith('text/event-stream')
  );
}

/**
 * Reads everything but a stream: an error, which is thrown, or one complete JSON body, which `take` is given. It throws
 * where the body is not what it should be.
 */
export async function readWhole(
  reply: UpstreamReply,
  maxBytes: number,
  take: (body: unknown) => void,
): Promise<void> {
  const { status, headers } = reply.head;
  const readable = isPlainlyEncoded(headers);
  if (status !== 200) {
    const body = readable ? await errorText(reply) : undefined;
    throw upstreamError({ status, body, retryAfterMs: retryAfterMs(headers, Date.now()) });
  }
  if (!readable) throw new ModelError('upstream_bad_response', { upstreamStatus: status });
  const { text, failure } = await readText(reply, maxBytes);
  try {
    take(parseChunk(text));
  } catch (error) {
    // An answer that is there in full is one, however its transfer ended; of any other that is what went wrong.
    throw failure ?? error;
  }
}

function isPlainlyEncoded(headers: UpstreamHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity';
}

/** As much of it as there is: the status alone says enough where the body is long, or broken off. */
async function errorText(reply: UpstreamReply): Promise<string> {
  const { text, failure } = await readText(reply, ERROR_BODY_MAX_BYTES);
  if (failure && !SHORTENED.has(failure.code)) throw failure;
  return text;
}

/** `failure`: why there is no more of it, if there should have been. */
async function readText(
  reply: UpstreamReply,
  maxBytes: number,
): Promise<{ text: string; failure?: Problem }> {
  const all: Buffer[] = [];
  let size = 0;
  const text = (): string => Buffer.concat(all, Math.min(size, maxBytes)).toString('utf8');
  try {
    for (let chunks = await reply.read(); chunks; chunks = await reply.read()) {
      for (const chunk of chunks) size += chunk.length;
      all.push(...chunks);
      if (size > maxBytes) return { text: text(), failure: new ModelError('response_too_large') };
    }
  } catch (error) {
    return { text: text(), failure: brokenAnswerError(error) };
  }
  return { text: text() };
}
