import { describeUnavailable, type AvailabilityCode } from './availability.js';

/** OpenRouter, or any provider that speaks as OpenAI does. */
export type Provider = 'openrouter' | 'openai';

/** A whole answer that is no completion. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ProblemDetails {
  readonly message?: string;
  /** OpenRouter's `metadata.error_type`. */
  readonly errorType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
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
    super(`refused with status ${status}`);
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

export function documentedError(status: number): { message: string; errorType: string } {
  const [message, errorType] = documented[status] ?? ['Unexpected error', 'unmapped'];
  return { message, errorType };
}

export function unavailable(slug: string, code: AvailabilityCode, codeless = false): Problem {
  const { status, message, availability, headers } = describeUnavailable(slug, code);
  return new Problem(status, { message, availability, codeless, headers, code: 'model_not_found' });
}

export function wordProblem(provider: Provider, problem: Problem): Reply {
  const { status, details } = problem;
  if (details.body) return jsonReply(status, details.body, details.headers);
  const error = provider === 'openrouter' ? openRouterError(problem) : openAiError(problem);
  return jsonReply(status, { error }, details.headers);
}

function openRouterError({ status, details }: Problem): object {
  const standard = documentedError(status);
  const message = details.message ?? standard.message;
  const identity = details.codeless ? { error_type: 'not_found', http_status: status } : { code: status };
  if (details.availability) return { ...identity, message, availability: details.availability };
  const metadata = { error_type: details.errorType ?? standard.errorType, ...details.metadata };
  return { ...identity, message, metadata };
}

// As openai-node's APIError and the OpenAI error guide name them; Ollama's openai.go has the same four members.
function openAiError({ status, details }: Problem): object {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  const usual = { 401: 'invalid_api_key', 404: 'model_not_found', 429: 'rate_limit_exceeded' }[status];
  const message = details.message ?? documentedError(status).message;
  return { message, type, param: details.param ?? null, code: details.code ?? usual ?? null };
}

export function jsonReply(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
