import { RetryBudget } from './retry-budget.js';

const startMany = (budget: RetryBudget, count: number) =>
  Array.from({ length: count }, () => budget.startCall());

describe('RetryBudget', () => {
  it('allows three calls to retry, however few there are', () => {
    const calls = startMany(new RetryBudget(), 5);
    expect(calls.map((call) => call.mayRetry())).toEqual([true, true, true, false, false]);
  });

  it.each([
    [20, 4],
    [120, 20],
    [600, 100],
  ])(
    'of %d calls that all fail, lets %d retry: 0.2 for each at its first attempt (U41)',
    (count, retries) => {
      const calls = startMany(new RetryBudget(), count);
      expect(calls.filter((call) => call.mayRetry())).toHaveLength(retries);
    },
  );

  it('counts a call once, however often it retries', () => {
    const [first, ...others] = startMany(new RetryBudget(), 4);
    for (let i = 0; i < 10; i++) expect(first?.mayRetry()).toBe(true);
    expect(others.map((call) => call.mayRetry())).toEqual([true, true, false]);
  });

  it('frees the retry of a call when it ends, once', () => {
    const budget = new RetryBudget();
    const [first, second, third, fourth] = startMany(budget, 4);
    for (const call of [first, second, third]) call?.mayRetry();
    expect(fourth?.mayRetry()).toBe(false);
    first?.end();
    first?.end();
    expect(fourth?.mayRetry()).toBe(true);
    expect(budget.startCall().mayRetry()).toBe(false);
  });

  it('does not count calls that ended at their first attempt', () => {
    const budget = new RetryBudget();
    const calls = startMany(budget, 40);
    for (const call of calls) call.end();
    expect(startMany(budget, 5).filter((call) => call.mayRetry())).toHaveLength(3);
  });

  it('allows no retry to a call that is over', () => {
    const call = new RetryBudget().startCall();
    call.mayRetry();
    call.end();
    expect(call.mayRetry()).toBe(false);
  });
});
