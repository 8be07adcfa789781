import type { FaultOf } from '../faults.js';
import type { Call } from '../wire/deliver.js';
import { errorObject, jsonReply, Problem, unavailable, wordProblem, type Reply } from '../wire/problem.js';

export type ReplyFault = FaultOf<'status' | 'unavailable' | 'garbage' | 'html' | 'error-200' | 'redirect'>;

/** The reply that a fault puts in place of an answer. */
export function replyFor({ style, model }: Call, fault: ReplyFault): Reply {
  const provider = style.openRouter ? 'openrouter' : 'openai';
  switch (fault.kind) {
    case 'status':
      return statusReply(style.openRouter, fault);
    case 'unavailable':
      return wordProblem(provider, unavailable(model.slug, fault.code, fault.codeless));
    case 'garbage':
      return { ...jsonReply(200, null), body: '\u0000\u0001}{ this is not JSON ][' };
    case 'html': {
      const { status = 502 } = fault;
      const body = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Bad gateway</h1></body></html>\n`;
      return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body };
    }
    case 'error-200': {
      const { code = 502, message } = fault;
      return jsonReply(200, { error: errorObject(code, { message }) }, { 'X-Generation-Id': style.id });
    }
    case 'redirect': {
      const { status = 307, location = 'http://127.0.0.1:9/elsewhere' } = fault;
      return { status, headers: { Location: location }, body: '' };
    }
  }
}

function statusReply(openRouter: boolean, fault: FaultOf<'status'>): Reply {
  const { status, message, body, metadata, origin, retryAfter } = fault;
  const limited = status === 429 && origin !== 'provider';
  const headers = {
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(limited ? limitHeaders(openRouter) : {}),
    ...fault.headers,
  };
  if (typeof body === 'string') return { status, headers, body };
  if (body !== undefined) return jsonReply(status, body, headers);
  const from = origin === 'provider' ? { provider_code: 'rate_limited', provider_name: 'DeepInfra' } : {};
  const problem = new Problem(status, { message, metadata: { ...from, ...metadata }, headers });
  return wordProblem(openRouter ? 'openrouter' : 'openai', problem);
}

// OpenRouter documents no unit of Reset; milliseconds since 1970 is what the field reports. OpenAI sends a duration.
function limitHeaders(openRouter: boolean): Record<string, string> {
  const [suffix, reset] = openRouter ? ['', String(Date.now() + 1000)] : ['-Requests', '1s'];
  const limits = { Limit: '20', Remaining: '0', Reset: reset };
  return Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [`X-RateLimit-${name}${suffix}`, value]),
  );
}
