// Not all of Nest, which takes 0.3 s: the thread that reads the log needs no more.
import { HttpException } from '@nestjs/common/exceptions/http.exception.js';

/** One fault in the request body: where it is and what to do about it. */
export interface FieldError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  /** HTTP status of the reply. */
  status: number;
  /** Stable word that clients may switch on, e.g. `upstream_timeout`. */
  code: string;
  /** One sentence for a person: what was wrong, where, and what to do. Never a key, path, stack or upstream body. */
  detail: string;
  errors?: FieldError[];
  /** Seconds after which a repeat makes sense; absent means that a repeat does not help. */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * A failure that a client is told about: RFC 9457 problem+json, or OpenAI's error shape under `/v1`.
 * Whatever is thrown that is not a Problem (or Nest's own HttpException) is shown as a bare 500.
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

/** A 400 about one field of the body, for rules that its DTO cannot hold. */
export function invalidField(path: string, message: string): Problem {
  const errors = [{ path, message }];
  return new Problem({ status: 400, code: 'invalid_request', detail: `${path} ${message}.`, errors });
}
