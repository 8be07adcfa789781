import type { MessagePort } from 'node:worker_threads';
import { Problem, type ProblemOptions } from '../../common/problem.js';

/** A question to the thread that reads the log. */
export interface ThreadQuestion {
  method: 'page' | 'get' | 'stats' | 'unbilled' | 'rows' | 'export';
  args: unknown[];
  /** The answer comes back here, piece by piece: each but the first when it is asked for. Closed, nobody waits any more. */
  port: MessagePort;
}

export type ThreadAnswer =
  { value: unknown; done: boolean } | { problem: ProblemOptions } | { message: string };

/** Errors lose their class on the way between threads; a Problem must stay one. */
export function toAnswer(error: unknown): ThreadAnswer {
  if (!(error instanceof Problem)) return { message: (error as Error).message };
  const { code, detail, errors, retryAfter } = error;
  return { problem: { status: error.getStatus(), code, detail, errors, retryAfter } };
}

/** Throws what the thread threw. */
export function pieceOf(answer: ThreadAnswer): { value: unknown; done: boolean } {
  if ('problem' in answer) throw new Problem(answer.problem);
  if ('message' in answer) throw new Error(answer.message);
  return answer;
}
