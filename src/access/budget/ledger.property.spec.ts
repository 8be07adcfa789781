import fc from 'fast-check';
import type { Nano } from '../../common/money.js';
import { BUDGET_WINDOWS, type Budget } from '../keys/key.js';
import { windowAt } from './budget-window.js';
import { Ledger, type Call } from './ledger.js';

/** What the log would hold: the book against which the ledger is checked. */
interface Row extends Call {
  cost: Nano | undefined;
  estimate: Nano | undefined;
}

const HOUR = 3_600_000;
const START = Date.parse('2026-11-29T20:00:00Z');
const KEYS = ['alice', 'bob'];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      key: fc.constantFrom(...KEYS),
      amount: fc.nat(400),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('retry' as const), pick: fc.nat(), amount: fc.nat(600) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      pick: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('abort' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('bill' as const),
      pick: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('time' as const), hours: fc.integer({ min: -30, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class World {
  ledger = new Ledger();
  rows: Row[] = [];
  open = new Map<string, Call & { amount: Nano }>();
  now = START;
  private made = 0;
  /** So many of the rows were there when the process began. */
  private earlier = 0;

  constructor(readonly budget: Budget) {}

  run(step: Step): void {
    this.learn();
    if (step.do === 'begin') this.begin(step.key, step.amount);
    else if (step.do === 'time') this.now += step.hours * HOUR;
    else if (step.do === 'crash') this.crash();
    else if (step.do === 'sweep') this.sweep();
    else if (step.do === 'bill') this.bill(step.pick, step.share);
    else this.onOpen(step);
    this.learn();
  }

  /** Whoever is asked for a window that the ledger does not know yet reads it from the log. */
  learn(): void {
    const window = windowAt(this.budget.window, this.now);
    for (const key of KEYS)
      if (!this.ledger.isKnown(key, window)) this.ledger.know(key, window, this.costsBefore(key, window));
  }

  /** What the log tells of earlier processes. */
  private costsBefore(key: string, window: string): Nano {
    return this.rows
      .slice(0, this.earlier)
      .filter((row) => row.key === key && windowAt(this.budget.window, row.beganAt) === window)
      .reduce((sum, { cost }) => sum + (cost ?? 0), 0);
  }

  sum(key: string, window: string): Nano {
    return this.rows
      .filter((row) => row.key === key && windowAt(this.budget.window, row.beganAt) === window)
      .reduce((sum, { cost, estimate }) => sum + (cost ?? estimate ?? 0), 0);
  }

  private begin(key: string, amount: Nano): void {
    const call = { id: `call-${++this.made}`, key, beganAt: this.now };
    if (this.ledger.hold({ ...call, amount, deadline: this.now + 48 * HOUR }, this.budget))
      this.open.set(call.id, { ...call, amount });
  }

  private onOpen(step: Extract<Step, { pick: number }>): void {
    const call = [...this.open.values()][step.pick % Math.max(1, this.open.size)];
    if (!call) return;
    if (step.do === 'retry') {
      if (this.ledger.raise(call, step.amount, this.budget)) call.amount = Math.max(call.amount, step.amount);
      return;
    }
    this.open.delete(call.id);
    const cost = step.do === 'finish' ? Math.floor(call.amount * step.share) : undefined;
    this.rows.push({ ...call, cost, estimate: cost === undefined ? call.amount : undefined });
    if (cost === undefined) this.ledger.estimate(call, call.amount);
    else this.ledger.settle(call, cost);
  }

  private bill(pick: number, share: number): void {
    const owed = this.rows.filter(({ cost }) => cost === undefined);
    const row = owed[pick % Math.max(1, owed.length)];
    if (!row) return;
    row.cost = Math.floor((row.estimate ?? 0) * share);
    this.ledger.bill(row.id, row.cost);
  }

  /** All that was in memory is gone; the journal of holds turns what was open into rows. */
  private crash(): void {
    this.ledger = new Ledger();
    for (const call of this.open.values())
      this.rows.push({ ...call, cost: undefined, estimate: call.amount });
    this.open.clear();
    this.earlier = this.rows.length;
    for (const { cost, estimate, ...call } of this.rows)
      if (cost === undefined) this.ledger.restore(call, estimate ?? 0);
  }

  private sweep(): void {
    for (const { id, amount } of this.ledger.sweep(this.now)) {
      const call = this.open.get(id)!;
      this.open.delete(id);
      this.rows.push({ ...call, cost: undefined, estimate: amount });
    }
  }
}

describe('the ledger', () => {
  it.each(BUDGET_WINDOWS)(
    'B1 B2 B5 B8 never lets spent and held exceed the limit of a %s, and agrees with the rows',
    (window) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 2_000 }), (steps, limit) => {
          const world = new World({ limit, window });
          for (const each of steps) {
            world.run(each);
            for (const key of KEYS) {
              const standing = world.ledger.standing(key, world.budget, world.now);
              expect(standing.spent! + standing.held).toBeLessThanOrEqual(limit);
              expect(standing.spent).toBe(world.sum(key, windowAt(window, world.now)));
            }
          }
        }),
        { numRuns: 400 },
      );
    },
  );

  it('spends nothing while it does not know what was spent', () => {
    const ledger = new Ledger();
    const call = { id: 'a', key: 'alice', beganAt: START };
    const budget: Budget = { limit: 10, window: 'day' };
    expect(ledger.hold({ ...call, amount: 0, deadline: START }, budget)).toBe(false);
    ledger.know('alice', windowAt('day', START), 4);
    expect(ledger.hold({ ...call, amount: 7, deadline: START }, budget)).toBe(false);
    expect(ledger.hold({ ...call, amount: 6, deadline: START }, budget)).toBe(true);
    expect(ledger.standing('alice', budget, START)).toEqual({
      spent: 4,
      held: 6,
      limit: 10,
      resetsAt: Date.parse('2026-11-30T00:00:00Z'),
    });
  });

  it('B12 counts on when the limit, or the kind of window, changes', () => {
    const ledger = new Ledger();
    const call = { id: 'a', key: 'alice', beganAt: START };
    for (const window of BUDGET_WINDOWS) ledger.know('alice', windowAt(window, START), 1);
    ledger.hold({ ...call, amount: 5, deadline: START }, { limit: 10, window: 'day' });
    expect(ledger.standing('alice', { limit: 3, window: 'month' }, START)).toMatchObject({
      spent: 1,
      held: 5,
    });
    ledger.settle(call, 2);
    for (const window of BUDGET_WINDOWS)
      expect(ledger.standing('alice', { limit: 3, window }, START)).toMatchObject({ spent: 3, held: 0 });
  });
});
