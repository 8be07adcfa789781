import { availabilityReply } from './availability.js';
import type { Call } from './call.js';
import type { FaultOf } from './faults.js';
import { documentedError, errorReply, jsonReply, type Reply } from './wire-error.js';

export function statusReply(fault: FaultOf<'status'>): Reply {
  const headers = { ...rateLimitHeaders(fault), ...fault.headers };
  if (typeof fault.body === 'string') return { status: fault.status, headers, body: fault.body };
  if (fault.body !== undefined) return jsonReply(fault.status, fault.body, headers);
  const provider =
    fault.origin === 'provider' ? { provider_code: 'rate_limited', provider_name: 'DeepInfra' } : {};
  return errorReply(fault.status, {
    ...(fault.message === undefined ? {} : { message: fault.message }),
    metadata: { ...provider, ...fault.metadata },
    headers,
  });
}

function rateLimitHeaders({ status, origin, retryAfter }: FaultOf<'status'>): Record<string, string> {
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers['Retry-After'] = String(retryAfter);
  if (status === 429 && origin !== 'provider') {
    headers['X-RateLimit-Limit'] = '20';
    headers['X-RateLimit-Remaining'] = '0';
    // The unit is not documented; milliseconds since 1970 is what the field reports.
    headers['X-RateLimit-Reset'] = String(Date.now() + 1000);
  }
  return headers;
}

export function unavailable(call: Call, { code, codeless }: FaultOf<'unavailable'>): Reply {
  return availabilityReply(call.identity.slug, code, codeless);
}

export function garbage(): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: '\u0000\u0001}{ this is not JSON ][',
  };
}

export function html({ status = 502 }: FaultOf<'html'>): Reply {
  const body = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Bad gateway</h1></body></html>\n`;
  return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body };
}

export function error200(call: Call, { code = 502, message }: FaultOf<'error-200'>): Reply {
  const standard = documentedError(typeof code === 'number' ? code : 500);
  const error = { code, message: message ?? standard.message, metadata: { error_type: standard.errorType } };
  return jsonReply(200, { error }, { 'X-Generation-Id': call.identity.id });
}

export function redirect({ location, status = 307 }: FaultOf<'redirect'>): Reply {
  return { status, headers: { Location: location ?? 'http://127.0.0.1:9/elsewhere' }, body: '' };
}
