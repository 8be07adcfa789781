/*
 * Keeps retries from doubling the load on a provider that is already failing. Why not cockatiel or p-retry: they
 * count the attempts of one call; nothing in them limits the retries of all calls together.
 */

/** However few calls there are, so many of them may be retrying. */
const ALWAYS_ALLOWED = 3;
/** Calls that may be retrying for each call that is at its first attempt. */
const RETRYING_PER_CALL = 0.2;

export interface BudgetedCall {
  /** May the call be tried again? Once allowed, it stays allowed: it is one call that retries, however often. */
  mayRetry(): boolean;
  /** The call is over, however it went. A second time has no effect. */
  end(): void;
}

/**
 * Of all calls under way, at most 3 or 0.2 for each that is at its first attempt, whichever is more, may be retrying.
 * A retry takes no less time than a first attempt, as it waits before, so in a total outage retries come at no more
 * than 0.2 times the rate of the calls (and 3): it costs at most 1.2 times the load.
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
