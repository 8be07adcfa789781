import fc from 'fast-check';
import { type BudgetedCall, RetryBudget } from './retry-budget.js';

/** Retries until refused. */
function drain(call: BudgetedCall): number {
  let retries = 0;
  while (call.mayRetry()) retries++;
  return retries;
}

describe('RetryBudget', () => {
  it('starts with three retries, and no call alone fills it further', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 100; i++) budget.startCall().end();
    expect(drain(budget.startCall())).toBe(3);
  });

  it('gains one retry with every fifth call', () => {
    const budget = new RetryBudget();
    drain(budget.startCall());
    const gained = Array.from({ length: 20 }, () => drain(budget.startCall()));
    expect(gained).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('lets a fifth of the calls under way retry at once', () => {
    const budget = new RetryBudget();
    const calls = Array.from({ length: 100 }, () => budget.startCall());
    expect(drain(calls[0]!)).toBe(20);
  });

  it('forgets what it saved for calls that are over', () => {
    const budget = new RetryBudget();
    const calls = Array.from({ length: 100 }, () => budget.startCall());
    for (const call of calls) call.end();
    expect(drain(budget.startCall())).toBe(3);
  });

  it('counts the end of a call once, and refuses it retries afterwards', () => {
    const budget = new RetryBudget();
    const calls = Array.from({ length: 30 }, () => budget.startCall());
    for (let i = 0; i < 10; i++) calls[0]!.end();
    expect(calls[0]!.mayRetry()).toBe(false);
    expect(drain(calls[1]!)).toBe(5);
  });

  it('total outage at 200 calls a second: attempts ≤ 1.2 × calls + 3 (U41)', () => {
    const budget = new RetryBudget();
    let attempts = 0;
    for (let i = 0; i < 12_000; i++) {
      const call = budget.startCall();
      attempts++;
      for (let retry = 0; retry < 2 && call.mayRetry(); retry++) attempts++;
      call.end();
    }
    expect(attempts).toBeLessThanOrEqual(1.2 * 12_000 + 3);
    expect(attempts).toBeGreaterThan(1.19 * 12_000);
  });

  it('property: in every stretch of time retries ≤ 0.2 × calls under way in it + 3', () => {
    const steps = fc.array(
      fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({ do: fc.constant('start' as const), times: fc.integer({ min: 1, max: 30 }) }),
        },
        {
          weight: 2,
          arbitrary: fc.record({ do: fc.constant('retry' as const), times: fc.integer({ min: 1, max: 10 }) }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ do: fc.constant('end' as const), times: fc.integer({ min: 1, max: 40 }) }),
        },
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.nat(), (plan, nth) => {
        const budget = new RetryBudget();
        const from = nth % (plan.length + 1);
        const underWay: BudgetedCall[] = [];
        let calls = 0;
        let retries = 0;
        plan.forEach((step, i) => {
          if (i === from) [calls, retries] = [underWay.length, 0];
          for (let n = 0; n < step.times; n++) {
            if (step.do === 'start') {
              underWay.push(budget.startCall());
              calls++;
            } else if (step.do === 'end') underWay.pop()?.end();
            else if (underWay.at(-1)?.mayRetry()) retries++;
          }
          expect(5 * retries).toBeLessThanOrEqual(calls + 15);
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
