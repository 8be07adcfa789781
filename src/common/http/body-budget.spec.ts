import { BodyBudget } from './body-budget.js';

const FREE = 64 * 1024;

describe('the budget of all bodies', () => {
  it('A14: counts what has arrived, beyond what is free for each', () => {
    const budget = new BodyBudget(1000);
    for (let n = 0; n < 100; n++) expect(budget.share().growTo(FREE)).toBeUndefined();
    expect(budget.share().growTo(FREE + 1000)).toBeUndefined();
  });

  it('P11: has room for so much in all, and says when to come back', () => {
    const budget = new BodyBudget(1000);
    expect(budget.share().growTo(FREE + 600)).toBeUndefined();
    expect(budget.share().growTo(FREE + 401)).toMatchObject({ code: 'overloaded', retryAfter: 1 });
    expect(budget.share().growTo(FREE + 400)).toBeUndefined();
  });

  it('lets a body grow, and takes back all of it once', () => {
    const budget = new BodyBudget(1000);
    const share = budget.share();
    const other = budget.share();
    expect(share.growTo(FREE + 500)).toBeUndefined();
    expect(other.growTo(FREE + 100)).toBeUndefined();
    expect(share.growTo(FREE + 900)).toBeUndefined();
    expect(share.growTo(FREE + 901)).toMatchObject({ code: 'overloaded' });
    share.giveBack();
    share.giveBack();
    expect(other.growTo(FREE + 1000)).toBeUndefined();
  });

  it('always has room for a body that is alone', () => {
    expect(new BodyBudget(1000).share().growTo(FREE + 5000)).toBeUndefined();
  });
});
