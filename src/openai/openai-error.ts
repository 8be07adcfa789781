import { asNotFound } from '../chat/model-names.js';
import type { Problem } from '../common/problem.js';
import type { ErrorShape } from '../common/problem.filter.js';

/** A failure as OpenAI's clients expect it; also the last `data:` of a stream that failed. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** Every failure under `/v1`. Express matches paths case-insensitively. */
export const OPENAI_ERRORS: ErrorShape = {
  path: /^\/v1(\/|$)/i,
  contentType: 'application/json; charset=utf-8',
  worded: asNotFound,
  body: openAiErrorBody,
};

export function openAiErrorBody(problem: Problem): OpenAiErrorBody {
  const path = problem.errors?.[0]?.path ?? '';
  return {
    error: {
      message: problem.detail,
      type: errorType(problem.getStatus()),
      param: path === '' ? null : path,
      // The code that OpenAI's clients expect for a failed key.
      code: problem.code === 'unauthorized' ? 'invalid_api_key' : problem.code,
    },
  };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}
