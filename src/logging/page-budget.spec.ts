import { recordOf } from './log-record.js';
import { PageBudget } from './page-budget.js';

const MIB = 1024 * 1024;
const row = (mib: number) => recordOf((column) => (column === 'response' ? 'x'.repeat(mib * MIB) : ''));

describe('H3: what pages hold until they are read', () => {
  it('is bounded over all of them, and given back once', () => {
    const budget = new PageBudget();
    const page = [row(5)];
    const sent = Array.from({ length: 6 }, () => budget.take(page));
    expect(() => budget.take(page)).toThrow('Too many queries');
    expect(() => budget.take([])).not.toThrow();
    sent[0]?.();
    sent[0]?.();
    budget.take(page);
    expect(() => budget.take(page)).toThrow();
  });

  it('may be more for one alone, or it could never be read', () => {
    expect(() => new PageBudget().take([row(40)])).not.toThrow();
  });
});
