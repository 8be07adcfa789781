/** A whole answer that is no completion. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that the emulator refuses the way OpenRouter would. */
export class WireError extends Error {
  constructor(readonly reply: Reply) {
    super(`refused with status ${reply.status}`);
  }
}

export interface ErrorDetails {
  readonly message?: string;
  readonly errorType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
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

/** `{"error":{"code","message","metadata"}}`, with the documented words where none are given. */
export function errorReply(status: number, details: ErrorDetails = {}): Reply {
  const standard = documentedError(status);
  const error = {
    code: status,
    message: details.message ?? standard.message,
    metadata: { error_type: details.errorType ?? standard.errorType, ...details.metadata },
  };
  return jsonReply(status, { error }, details.headers);
}

export function jsonReply(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
