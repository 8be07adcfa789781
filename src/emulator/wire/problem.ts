import type { ServerResponse } from 'node:http';
import { format } from 'node:util';

/** A whole answer that is no completion. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

interface ProblemDetails {
  readonly message?: string;
  /** OpenRouter's `metadata.error_type`. */
  readonly errorType?: string;
  readonly metadata?: object;
  readonly availability?: object;
  /** OpenRouter's schema wants `error.code`, its examples have `http_status` in place of it. */
  readonly codeless?: boolean;
  /** OpenAI's `error.code` and `error.param`. */
  readonly code?: string;
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the usual error object. */
  readonly body?: object;
}

/** A request that is refused the way the provider would. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly details: ProblemDetails = {},
  ) {
    super(details.message);
  }
}

// Messages from OpenRouter's openapi.yaml, types from its ApiErrorType.
const documented: Readonly<Record<number, readonly [message: string, errorType: string]>> = {
  400: ['Invalid request parameters', 'invalid_request'],
  401: ['Missing Authentication header', 'authentication'],
  402: ['Insufficient credits. Add more using https://openrouter.ai/credits', 'payment_required'],
  403: ['Request blocked: prompt injection patterns detected', 'permission_denied'],
  404: ['Resource not found', 'not_found'],
  408: ['Operation timed out. Please try again later.', 'timeout'],
  412: ['Precondition failed', 'precondition_failed'],
  413: ['Request payload too large', 'payload_too_large'],
  422: ['Invalid argument', 'unprocessable'],
  429: ['Rate limit exceeded', 'rate_limit_exceeded'],
  500: ['Internal Server Error', 'server'],
  502: ['Provider returned error', 'provider_unavailable'],
  503: ['Service temporarily unavailable', 'provider_overloaded'],
  504: ['Gateway timeout', 'timeout'],
  524: ['Request timed out. Please try again later.', 'timeout'],
  529: ['Provider returned error', 'provider_overloaded'],
};
const undocumented = ['Unexpected error', 'unmapped'] as const;

/** OpenRouter's `error` object. @param code a word is worded as status 500 */
export function errorObject(code: number | string, details: ProblemDetails = {}): object {
  const [usualMessage, usualType] = documented[typeof code === 'number' ? code : 500] ?? undocumented;
  const { message = usualMessage, errorType = usualType, availability, metadata } = details;
  const identity = details.codeless ? { error_type: 'not_found', http_status: code } : { code };
  if (availability) return { ...identity, message, availability };
  return { ...identity, message, metadata: { error_type: errorType, ...metadata } };
}

// As openai-node's APIError and the OpenAI error guide name them; Ollama's openai.go has the same four members.
function openAiError(status: number, { message, param, code }: ProblemDetails): object {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  const usual = { 401: 'invalid_api_key', 404: 'model_not_found', 429: 'rate_limit_exceeded' }[status];
  const [usualMessage] = documented[status] ?? undocumented;
  return { message: message ?? usualMessage, type, param: param ?? null, code: code ?? usual ?? null };
}

// Why OpenRouter does not have a slug: status and words, from its documentation.
const unavailabilities = {
  model_not_found: [400, '%s is not a valid model ID'],
  wrong_endpoint: [400, '%s cannot be used with this endpoint'],
  no_endpoints: [404, 'No endpoints found for %s.'],
  model_deprecated: [404, '%s has been deprecated.'],
  model_unavailable_upstream: [404, '%s is not available upstream.'],
  capacity_exhausted: [429, '%s is at capacity. Please try again later.'],
  temporarily_unavailable: [503, '%s is temporarily unavailable.'],
  region_restricted: [403, '%s is not available in your region.'],
  privacy_restricted: [404, 'No endpoints of %s match your data policy.'],
  constraint_filtered: [404, 'No endpoints of %s meet the constraints.'],
  free_variant_ended: [404, 'The free variant of %s has ended.'],
} as const;
export type AvailabilityCode = keyof typeof unavailabilities;
export const availabilityCodes = Object.keys(unavailabilities) as AvailabilityCode[];

export function unavailable(slug: string, reason: AvailabilityCode, codeless = false): Problem {
  const [status, words] = unavailabilities[reason];
  const retryable = status === 429 || status === 503;
  const docs = { requested_models: [slug], docs_url: 'https://openrouter.ai/docs/errors' };
  return new Problem(status, {
    message: format(words, slug),
    availability: { code: reason, retryable, ...(retryable ? { retry_after: 1 } : {}), ...docs },
    codeless,
    code: 'model_not_found',
    headers: retryable ? { 'Retry-After': '1' } : {},
  });
}

/** In the words of OpenRouter, or of any provider that speaks as OpenAI does. */
export function wordProblem(openRouter: boolean, { status, details }: Problem): Reply {
  const error = openRouter ? errorObject(status, details) : openAiError(status, details);
  return jsonReply(status, details.body ?? { error }, details.headers);
}

export function jsonReply(status: number, body: unknown, headers: object = {}): Reply {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function sendReply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
