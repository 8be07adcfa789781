import type { Nano } from '../../common/money.js';
import type { Budget } from '../keys/key.js';
import { windowAt, windowEnd, windowsAt, type WindowId } from './budget-window.js';

/** A chat as the ledger knows it. */
export interface Call {
  /** That of its row. */
  readonly id: string;
  /** Id of the key that pays. */
  readonly key: string;
  /** Wall clock, in ms since 1970: the windows in which it counts are those in which it began. */
  readonly beganAt: number;
}

/** Money that is set aside for a call under way. */
export interface Hold extends Call {
  readonly amount: Nano;
  /** Monotonic, in ms: by then the call must have ended. */
  readonly deadline: number;
}

/** How a budget stands. `spent` is undefined while it is not known: then nothing more may be spent. */
export interface Standing {
  readonly spent: Nano | undefined;
  readonly held: Nano;
  readonly limit: Nano;
  /** When the window starts anew, in ms since 1970; undefined for one that never does. */
  readonly resetsAt: number | undefined;
}

/**
 * Who has spent how much, and what is set aside. It keeps no book of its own: what was spent is the sum of rows, told
 * to it once for each window (`know`), and kept up to date with each row that is written. Pure: it reads no clock.
 */
export class Ledger {
  private readonly spent = new Map<string, Map<WindowId, Nano>>();
  private readonly holds = new Map<string, Map<string, Hold>>();
  private readonly estimates = new Map<string, { call: Call; amount: Nano }>();
  private readonly settled = new Map<string, number>();

  isKnown(key: string, window: WindowId): boolean {
    return this.spent.get(key)?.has(window) ?? false;
  }

  /** How often something was booked for the key: tells whether a sum of rows is still the newest. */
  bookings(key: string): number {
    return this.settled.get(key) ?? 0;
  }

  /** The sum of the key's rows in that window, estimates included. */
  know(key: string, window: WindowId, spent: Nano): void {
    const windows = this.spent.get(key) ?? new Map<WindowId, Nano>();
    this.spent.set(key, windows.set(window, spent));
  }

  /** What it has spent, by window, as far as that is known. */
  spentBy(key: string): ReadonlyMap<WindowId, Nano> {
    return this.spent.get(key) ?? new Map<WindowId, Nano>();
  }

  /** @param at the moment that decides on the window, in ms since 1970 */
  standing(key: string, { limit, window }: Budget, at: number): Standing {
    const id = windowAt(window, at);
    let held = 0;
    for (const hold of this.holds.get(key)?.values() ?? [])
      if (windowAt(window, hold.beganAt) === id) held += hold.amount;
    return { spent: this.spent.get(key)?.get(id), held, limit, resetsAt: windowEnd(window, at) };
  }

  /** Sets the amount aside if all of it is there; false: nothing has changed. */
  hold(hold: Hold, budget: Budget): boolean {
    if (!fits(this.standing(hold.key, budget, hold.beganAt), hold.amount)) return false;
    const holds = this.holds.get(hold.key) ?? new Map<string, Hold>();
    this.holds.set(hold.key, holds.set(hold.id, hold));
    return true;
  }

  /** Makes the hold of a call at least `amount`; false where that is not there, or the call has no hold any more. */
  raise({ key, id }: Call, amount: Nano, budget: Budget): boolean {
    const hold = this.holdOf(key, id);
    if (!hold) return false;
    if (amount <= hold.amount) return true;
    if (!fits(this.standing(key, budget, hold.beganAt), amount - hold.amount)) return false;
    this.holds.get(key)?.set(id, { ...hold, amount });
    return true;
  }

  holdOf(key: string, id: string): Hold | undefined {
    return this.holds.get(key)?.get(id);
  }

  /** The call has its row, and this is what it has cost. Its hold, if it had one, is over. */
  settle(call: Call, cost: Nano): void {
    this.drop(call);
    this.book(call, cost);
  }

  /** The call has ended, and nobody knows yet what it has cost: `amount` stands for it until `bill`. */
  estimate(call: Call, amount: Nano): void {
    this.settle(call, amount);
    this.expect(call, amount);
  }

  /** A bill is still to come for a call whose estimate is in its rows already. */
  expect(call: Call, amount: Nano): void {
    this.estimates.set(call.id, { call, amount });
  }

  /** What an estimated call has really cost; does nothing for any other. Answers by how much that changed. */
  bill(id: string, cost: Nano): Nano {
    const estimate = this.estimates.get(id);
    if (!estimate) return 0;
    this.estimates.delete(id);
    this.book(estimate.call, cost - estimate.amount);
    return cost - estimate.amount;
  }

  /** Nobody will tell: the estimate stays what was spent. */
  giveUp(id: string): void {
    this.estimates.delete(id);
  }

  /** Holds that should have ended: their calls may have been billed, so what was held counts as spent from now on. */
  sweep(now: number): Hold[] {
    const overdue = [...this.holds.values()].flatMap((holds) =>
      [...holds.values()].filter(({ deadline }) => deadline <= now),
    );
    for (const hold of overdue) this.estimate(hold, hold.amount);
    return overdue;
  }

  /** Forgets sums of windows that are over; a late bill for one of them is in its rows anyhow. */
  forget(key: string, keep: ReadonlySet<WindowId>): void {
    const windows = this.spent.get(key);
    for (const window of windows?.keys() ?? []) if (!keep.has(window)) windows?.delete(window);
  }

  private drop({ key, id }: Call): void {
    const holds = this.holds.get(key);
    holds?.delete(id);
    if (holds?.size === 0) this.holds.delete(key);
  }

  private book({ key, beganAt }: Call, amount: Nano): void {
    this.settled.set(key, this.bookings(key) + 1);
    const windows = this.spent.get(key);
    if (!windows) return;
    for (const window of windowsAt(beganAt)) {
      const spent = windows.get(window);
      if (spent !== undefined) windows.set(window, spent + amount);
    }
  }
}

function fits({ spent, held, limit }: Standing, amount: Nano): boolean {
  return spent !== undefined && spent + held + amount <= limit;
}
