import type { Problem } from '../../common/problem.js';
import { ModelError } from '../model.errors.js';
import { retryAfterMs } from '../resilience/retry-after.js';
import { brokenAnswerError } from './connection-error.js';
import { parseChunk } from './json-values.js';
import { upstreamError } from './upstream-error.js';
import type { ReplyHead, UpstreamHeaders, UpstreamReply } from './upstream-reply.js';

/** Maximum bytes of an error body to read: documented ones are short, and others may be a web page. */
const ERROR_BODY_MAX_BYTES = 64 * 1024;

/** Failures after which an error body is still usable. */
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
 * Reads everything but a stream: an error, which is thrown, or one complete JSON body, which is passed to `take`.
 * `take` throws if the body is invalid.
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
    // A complete answer counts, however its transfer ended; otherwise the transfer's failure is the cause.
    throw failure ?? error;
  }
}

function isPlainlyEncoded(headers: UpstreamHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity';
}

/** As much as there is: the status suffices if the body is too long or was cut off. */
async function errorText(reply: UpstreamReply): Promise<string> {
  const { text, failure } = await readText(reply, ERROR_BODY_MAX_BYTES);
  if (failure && !SHORTENED.has(failure.code)) throw failure;
  return text;
}

/** `failure`: why the body is incomplete, if it is. */
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
