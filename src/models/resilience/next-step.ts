import type { ModelError } from '../model.errors.js';

/** If there is another slug, longer waits for the same one are not worth it. */
const PATIENCE_WITH_ALTERNATIVE_MS = 5_000;

export interface FailedAttempt {
  readonly failure: ModelError;
  /** Attempts made at this slug so far. */
  readonly attempts: number;
  /** Maximum number of attempts at one slug. */
  readonly maxAttempts: number;
  /** Is there another slug that may be called after this failure? */
  readonly hasNext: boolean;
  /** Time until the deadline of the whole chat, in ms. */
  readonly remainingMs: number;
  /** Wait before a retry of the same slug, in ms. */
  readonly waitMs: number;
}

export type NextStep =
  | { readonly kind: 'retry'; readonly waitMs: number }
  | { readonly kind: 'next' }
  | { readonly kind: 'give-up' };

/** What to do after a failed attempt: call the same slug again, call the next, or report the failure to the client. */
export function nextStep(attempt: FailedAttempt): NextStep {
  const { failure, attempts, maxAttempts, hasNext, remainingMs, waitMs } = attempt;
  const { retry, fallback } = failure.policy;
  const onward: NextStep = { kind: fallback && hasNext ? 'next' : 'give-up' };
  const attemptsAllowed = retry === 'once' ? Math.min(2, maxAttempts) : maxAttempts;
  if (failure.slugGone || retry === false || attempts >= attemptsAllowed) return onward;
  const tooLong = waitMs >= remainingMs || (onward.kind === 'next' && waitMs > PATIENCE_WITH_ALTERNATIVE_MS);
  return tooLong ? onward : { kind: 'retry', waitMs };
}
