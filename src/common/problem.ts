// Not all of Nest, which takes 0.3 s to load: the thread that reads the log needs only this.
import { HttpException } from '@nestjs/common/exceptions/http.exception.js';

/** One error in the request body: where it is and what to do about it. */
export interface FieldError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  /** HTTP status of the reply. */
  status: number;
  /** Stable code that clients may switch on, e.g. `upstream_timeout`. */
  code: string;
  /** One sentence for people: what was wrong, where, and what to do. Never a key, path, stack or upstream body. */
  detail: string;
  errors?: FieldError[];
  /** Seconds after which to retry; undefined if a retry does not help. */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * A failure that the client sees: RFC 9457 problem+json, or OpenAI's format under `/v1`. Any other exception (except
 * Nest's own HttpException) is shown as a bare 500.
 */
export class Problem extends HttpException {
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(options: ProblemOptions) {
    super(options.detail, options.status, { cause: options.cause });
    this.code = options.code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
  }
}

/** A 400 about one field of the body, for rules that its DTO cannot express. */
export function invalidField(path: string, message: string): Problem {
  const errors = [{ path, message }];
  return new Problem({ status: 400, code: 'invalid_request', detail: `${path} ${message}.`, errors });
}
