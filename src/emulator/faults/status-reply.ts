import type { FaultOf } from '../faults.js';
import { jsonReply, Problem, wordProblem, type Reply } from '../wire/problem.js';

/** What an HTTP error looks like that a test has ordered. */
export function statusReply(openRouter: boolean, fault: FaultOf<'status'>): Reply {
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
  return wordProblem(
    openRouter,
    new Problem(status, { message, metadata: { ...from, ...metadata }, headers }),
  );
}

// OpenRouter documents no unit of Reset; milliseconds since 1970 is what the field reports. OpenAI sends a duration.
function limitHeaders(openRouter: boolean): Record<string, string> {
  const [suffix, reset] = openRouter ? ['', String(Date.now() + 1000)] : ['-Requests', '1s'];
  const limits = { Limit: '20', Remaining: '0', Reset: reset };
  return Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [`X-RateLimit-${name}${suffix}`, value]),
  );
}
