import { Problem } from '../../common/problem.js';
import { ModelError } from '../model.errors.js';

/** The peer answered, but not with HTTP that we accept. */
const NOT_HTTP = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH|UND_ERR_RES_EXCEEDED)/;

/** Converts a failure below HTTP, before the answer began. An abort keeps its reason. */
export function connectionError(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (NOT_HTTP.test(errorCode(error))) return new ModelError('upstream_bad_response', { cause: error });
  return new ModelError('upstream_unreachable', { cause: error });
}

/** The same for a connection that broke during the answer. */
export function brokenAnswerError(error: unknown): Problem {
  return error instanceof Problem ? error : new ModelError('upstream_truncated', { cause: error });
}

function errorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
