import type { FaultOf } from '../faults.js';
import type { Call } from '../wire/call.js';
import { documentedError, jsonReply, Problem, unavailable, wordProblem } from '../wire/problem.js';
import type { Provider, Reply } from '../wire/problem.js';

type ReplyFault = FaultOf<'status' | 'unavailable' | 'garbage' | 'html' | 'error-200' | 'redirect'>;

/** Replies with something of another kind, after the time of a first token. */
export async function sendReply({ exchange, pace, style, identity }: Call, fault: ReplyFault): Promise<void> {
  await exchange.wait(pace.firstTokenMs);
  if (!exchange.gone) exchange.send(replyFor(style.openRouter ? 'openrouter' : 'openai', identity, fault));
}

function replyFor(provider: Provider, { id, slug }: Call['identity'], fault: ReplyFault): Reply {
  switch (fault.kind) {
    case 'status':
      return statusReply(provider, fault);
    case 'unavailable':
      return wordProblem(provider, unavailable(slug, fault.code, fault.codeless));
    case 'garbage':
      return { ...jsonReply(200, null), body: '\u0000\u0001}{ this is not JSON ][' };
    case 'html': {
      const { status = 502 } = fault;
      const body = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Bad gateway</h1></body></html>\n`;
      return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body };
    }
    case 'error-200': {
      const { code = 502 } = fault;
      const { message, errorType } = documentedError(typeof code === 'number' ? code : 500);
      const error = { code, message: fault.message ?? message, metadata: { error_type: errorType } };
      return jsonReply(200, { error }, { 'X-Generation-Id': id });
    }
    case 'redirect': {
      const headers = { Location: fault.location ?? 'http://127.0.0.1:9/elsewhere' };
      return { status: fault.status ?? 307, headers, body: '' };
    }
  }
}

function statusReply(provider: Provider, fault: FaultOf<'status'>): Reply {
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

function limitHeaders(
  provider: Provider,
  { status, origin, retryAfter }: FaultOf<'status'>,
): Record<string, string> {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (status !== 429 || origin === 'provider') return headers;
  // OpenRouter documents no unit of Reset; milliseconds since 1970 is what the field reports. OpenAI sends a duration.
  const [suffix, reset] = provider === 'openrouter' ? ['', String(Date.now() + 1000)] : ['-Requests', '1s'];
  const limits = { Limit: '20', Remaining: '0', Reset: reset };
  for (const [name, value] of Object.entries(limits)) headers[`X-RateLimit-${name}${suffix}`] = value;
  return headers;
}
