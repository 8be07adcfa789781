/*
 * Keeps retries from doubling the load on a provider that is already failing. Why not cockatiel or p-retry: they
 * count the attempts of one call; nothing in them limits the retries of all calls together.
 */

/** Number of calls that may always retry. */
const ALWAYS_ALLOWED = 3;
/** Calls that may be retrying for each call that is at its first attempt. */
const RETRYING_PER_CALL = 0.2;

export interface BudgetedCall {
  /** May the call be tried again? Once allowed, it stays allowed: it remains one call that retries. */
  mayRetry(): boolean;
  /** The call is over, successful or not. A second call has no effect. */
  end(): void;
}

/**
 * Of all running calls, at most 3, or 0.2 for each one at its first attempt if that is more, may be retrying. A retry
 * takes no less time than a first attempt, because it waits first. So in a total outage the rate of retries is at most
 * 0.2 times that of the calls (plus 3), and the load at most 1.2 times.
 */
export class RetryBudget {
  private first = 0;
  private retrying = 0;

  startCall(): BudgetedCall {
    let state: 'first' | 'retrying' | 'over' = 'first';
    this.first++;
    return {
      mayRetry: () => {
        if (state === 'first' && this.hasRoom()) {
          state = 'retrying';
          this.first--;
          this.retrying++;
        }
        return state === 'retrying';
      },
      end: () => {
        if (state === 'first') this.first--;
        if (state === 'retrying') this.retrying--;
        state = 'over';
      },
    };
  }

  private hasRoom(): boolean {
    return this.retrying < Math.max(ALWAYS_ALLOWED, this.first * RETRYING_PER_CALL);
  }
}
