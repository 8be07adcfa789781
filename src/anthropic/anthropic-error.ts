import { asNotFound } from '../chat/model-names.js';
import type { ErrorShape } from '../common/problem.filter.js';
import type { Problem } from '../common/problem.js';
import type { AnthropicErrorDto, AnthropicErrorType } from './dto/anthropic-error.dto.js';

/** As Anthropic's clients read it: in their errors as `requestID`. */
export const REQUEST_ID_HEADER = 'request-id';

/** Source: https://platform.claude.com/docs/en/api/errors */
const TYPES: Readonly<Record<number, AnthropicErrorType>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** A failure as Anthropic's clients expect it; also the data of the last event of a stream that failed. */
export function anthropicErrorBody(problem: Problem, requestId: string): AnthropicErrorDto {
  const status = problem.getStatus();
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const details = { error_code: problem.code };
  return { type: 'error', error: { type, message: problem.detail, details }, request_id: requestId };
}

/** Every failure under `/v1/messages`. */
export const ANTHROPIC_ERRORS: ErrorShape = {
  path: /^\/v1\/messages(\/|$)/i,
  contentType: 'application/json; charset=utf-8',
  requestIdHeader: REQUEST_ID_HEADER,
  worded: asNotFound,
  body: anthropicErrorBody,
};
