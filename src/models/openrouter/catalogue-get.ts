import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Settings } from '../../config/settings.js';

export interface GetOptions {
  readonly timeoutMs: number;
  /** Gives it up. */
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

export interface GetReply {
  readonly status: number;
  /** Undefined where it was not JSON. */
  readonly body: unknown;
}

/**
 * Asks OpenRouter for one JSON document, at no cost. Node's own client and not that of the chats: asked a few times an
 * hour, it needs no pool, and nothing of it can be in the way of a chat. It follows no redirect and decodes nothing
 * (faults.md A3, F2). Rejects if no whole reply came in time.
 */
export function getJson(
  { OPENROUTER_BASE_URL: base, OPENROUTER_API_KEY: key }: Settings,
  path: string,
  { timeoutMs, signal, maxBytes }: GetOptions,
): Promise<GetReply> {
  const url = base.replace(/\/+$/, '') + path;
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request(url, {
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: { authorization: `Bearer ${key}`, accept: 'application/json', 'accept-encoding': 'identity' },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      collect(response, maxBytes).then((text) => {
        resolve({ status: response.statusCode ?? 0, body: parsed(text) });
      }, reject);
    });
    call.end();
  });
}

async function collect(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error('the reply is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
