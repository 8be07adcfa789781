/*
 * Keeps retries from doubling the load on a provider that is already failing. Why not cockatiel or p-retry: they
 * count the attempts of one call; nothing in them limits the retries of all calls together.
 */

/** Credit is counted in fifths of a retry, so that 0.2 is exact. */
const RETRY_COST = 5;
const CREDIT_PER_CALL = 1;
const MIN_FULL = 3 * RETRY_COST;

export interface BudgetedCall {
  /** Takes one retry out of the budget. False: give up instead. */
  mayRetry(): boolean;
  /** The call is over, however it went. A second time has no effect. */
  end(): void;
}

/**
 * A bucket that starts with 3 retries. Each call puts in 0.2, each retry takes 1, and it never holds more than 3 or
 * 20 % of the calls under way, whichever is more. Over any stretch of time therefore
 *
 *     retries ≤ held at its start + 0.2 × calls begun in it ≤ 3 + 0.2 × calls that were under way in it,
 *
 * so a total outage costs at most 1.2 × calls + 3 attempts, even if it comes after an hour of saving.
 */
export class RetryBudget {
  private credit = MIN_FULL;
  private underWay = 0;

  startCall(): BudgetedCall {
    this.underWay++;
    this.credit = Math.min(this.credit + CREDIT_PER_CALL, this.full);
    let over = false;
    return {
      mayRetry: () => !over && this.take(),
      end: () => {
        if (over) return;
        over = true;
        this.underWay--;
        this.credit = Math.min(this.credit, this.full);
      },
    };
  }

  private get full(): number {
    return Math.max(MIN_FULL, this.underWay * CREDIT_PER_CALL);
  }

  private take(): boolean {
    if (this.credit < RETRY_COST) return false;
    this.credit -= RETRY_COST;
    return true;
  }
}
