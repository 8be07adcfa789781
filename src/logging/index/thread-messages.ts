import { Problem, type ProblemOptions } from '../../common/problem.js';

/** What the service says to the thread that reads the log. `call` numbers a question; its answers carry the number. */
export type ToThread =
  | { call: number; method: ThreadMethod; args: unknown[] }
  /** The next piece of an answer that comes in pieces. */
  | { call: number; next: true }
  /** Nobody waits for this answer any more. */
  | { call: number; cancel: true }
  | { close: true };

export type ThreadMethod = 'page' | 'get' | 'stats' | 'unbilled' | 'rows' | 'export';

export type FromThread =
  | { call: number; value: unknown; done: boolean }
  | { call: number; error: ThreadError }
  | { warning: string };

/** Errors lose their class on the way between threads; a Problem must stay one. */
export type ThreadError = { problem: ProblemOptions } | { message: string };

export function toThreadError(error: unknown): ThreadError {
  if (!(error instanceof Problem)) return { message: (error as Error).message };
  const { code, detail, errors, retryAfter } = error;
  return {
    problem: {
      status: error.getStatus(),
      code,
      detail,
      ...(errors && { errors }),
      ...(retryAfter !== undefined && { retryAfter }),
    },
  };
}

export function fromThreadError(error: ThreadError): Error {
  return 'problem' in error ? new Problem(error.problem) : new Error(error.message);
}
