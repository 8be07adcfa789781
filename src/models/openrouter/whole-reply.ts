import { ModelError } from '../model.errors.js';
import type { ChatEvent } from '../model.types.js';
import { retryAfterMs } from '../resilience/retry-after.js';
import { completionEvents, parseChunk } from './chunk-events.js';
import { brokenAnswerError } from './connection-error.js';
import type { UpstreamReply } from './openrouter.client.js';
import type { UpstreamBody } from './upstream-body.js';
import { upstreamError } from './upstream-error.js';

/** Most of an error body that is read: the documented ones are short, and the rest may be a web page. */
const ERROR_BODY_MAX_BYTES = 64 * 1024;

export function isEventStream({ status, headers }: UpstreamReply): boolean {
  return (
    status === 200 &&
    isPlainlyEncoded(headers) &&
    typeof headers['content-type'] === 'string' &&
    headers['content-type'].toLowerCase().startsWith('text/event-stream')
  );
}

/** Everything but a stream: an error, which is thrown, or a complete answer from an upstream that does not stream. */
export async function eventsOfWhole(
  { status, headers, body }: UpstreamReply,
  maxBytes: number,
): Promise<ChatEvent[]> {
  const readable = isPlainlyEncoded(headers);
  if (status !== 200) {
    const errorBody = readable ? await errorText(body) : undefined;
    throw upstreamError({ status, body: errorBody, retryAfterMs: retryAfterMs(headers, Date.now()) });
  }
  if (!readable) throw new ModelError('upstream_bad_response', { upstreamStatus: status });
  const { bytes, complete } = await readWhole(body, maxBytes);
  if (!complete) throw new ModelError('response_too_large');
  const events = completionEvents(parseChunk(bytes.toString('utf8')));
  if (!events.some(({ type }) => type === 'finish')) throw new ModelError('upstream_truncated');
  return events;
}

function isPlainlyEncoded(headers: UpstreamReply['headers']): boolean {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity';
}

/** As much of it as there is: the status alone says enough where the body is long, or broken off. */
async function errorText(body: UpstreamBody): Promise<string | undefined> {
  try {
    return (await readWhole(body, ERROR_BODY_MAX_BYTES)).bytes.toString('utf8');
  } catch (error) {
    if (error instanceof ModelError && error.code === 'upstream_truncated') return undefined;
    throw error;
  }
}

async function readWhole(
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
