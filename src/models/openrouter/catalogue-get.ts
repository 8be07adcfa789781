import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Settings } from '../../config/settings.js';

export interface GetOptions {
  readonly timeoutMs: number;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

export interface GetReply {
  readonly status: number;
  /** Undefined if it was not JSON. */
  readonly body: unknown;
}

/**
 * Requests one JSON document from OpenRouter, at no cost. Uses Node's HTTP client instead of the chats': a few requests
 * an hour need no pool, and cannot get in the way of chats. Follows no redirect and decodes nothing (faults.md A3, F2).
 * Rejects if no complete reply arrives in time.
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
