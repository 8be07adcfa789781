import type { FaultOf } from '../faults.js';
import type { Call } from '../wire/call.js';
import {
  documentedError,
  jsonReply,
  Problem,
  unavailable,
  wordProblem,
  type Reply,
} from '../wire/problem.js';

type ReplyFault = 'status' | 'unavailable' | 'garbage' | 'html' | 'error-200' | 'redirect';

/** Faults that are a reply of another kind. */
export function replyFor({ style, identity }: Call, fault: FaultOf<ReplyFault>): Reply {
  const provider = style.openRouter ? 'openrouter' : 'openai';
  switch (fault.kind) {
    case 'status':
      return statusReply(provider, fault);
    case 'unavailable':
      return wordProblem(provider, unavailable(identity.slug, fault.code, fault.codeless));
    case 'garbage':
      return {
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: '\u0000\u0001}{ this is not JSON ][',
      };
    case 'html':
      return html(fault.status ?? 502);
    case 'error-200':
      return error200(fault, identity.id);
    case 'redirect': {
      const headers = { Location: fault.location ?? 'http://127.0.0.1:9/elsewhere' };
      return { status: fault.status ?? 307, headers, body: '' };
    }
  }
}

function statusReply(provider: 'openrouter' | 'openai', fault: FaultOf<'status'>): Reply {
  const { status, message, body, metadata } = fault;
  const headers = { ...limitHeaders(provider, fault), ...fault.headers };
  if (typeof body === 'string') return { status, headers, body };
  if (body !== undefined) return jsonReply(status, body, headers);
  const origin =
    fault.origin === 'provider' ? { provider_code: 'rate_limited', provider_name: 'DeepInfra' } : {};
  return wordProblem(
    provider,
    new Problem(status, { message, metadata: { ...origin, ...metadata }, headers }),
  );
}

function limitHeaders(provider: 'openrouter' | 'openai', fault: FaultOf<'status'>): Record<string, string> {
  const { status, origin, retryAfter } = fault;
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (status !== 429 || origin === 'provider') return headers;
  const limit = provider === 'openrouter' ? ['X-RateLimit-', ''] : ['x-ratelimit-', '-requests'];
  const name = (word: string) => `${limit[0]}${word}${limit[1]}`;
  // OpenRouter documents no unit of Reset; milliseconds since 1970 is what the field reports. OpenAI sends a duration.
  const reset = provider === 'openrouter' ? String(Date.now() + 1000) : '1s';
  return { ...headers, [name('Limit')]: '20', [name('Remaining')]: '0', [name('Reset')]: reset };
}

function html(status: number): Reply {
  const body = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Bad gateway</h1></body></html>\n`;
  return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body };
}

function error200({ code = 502, message }: FaultOf<'error-200'>, id: string): Reply {
  const standard = documentedError(typeof code === 'number' ? code : 500);
  const error = { code, message: message ?? standard.message, metadata: { error_type: standard.errorType } };
  return jsonReply(200, { error }, { 'X-Generation-Id': id });
}
