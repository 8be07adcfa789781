import type { Nano } from '../../common/money.js';
import type { Budget } from '../keys/key.js';
import { windowAt, windowEnd, windowsAt, type WindowId } from './budget-window.js';

/** A chat as seen by the ledger. */
export interface Call {
  /** The id of its row. */
  readonly id: string;
  /** The id of the key that pays. */
  readonly key: string;
  /** Wall clock, in ms since 1970: it counts in the windows in which it began. */
  readonly beganAt: number;
}

/** Money held for a running call. */
export interface Hold extends Call {
  readonly amount: Nano;
  /** Monotonic, in ms: by then the call must have ended. */
  readonly deadline: number;
}

/** The state of a budget. `spent` is undefined while unknown: then nothing more may be spent. */
export interface Standing {
  readonly spent: Nano | undefined;
  readonly held: Nano;
  readonly limit: Nano;
  /** When the window resets, in ms since 1970; undefined if never. */
  readonly resetsAt: number | undefined;
}

interface Sum {
  amount: Nano;
  /** Held for running calls that began in this window. */
  held: Nano;
  /** True if it includes the spending of earlier processes. */
  known: boolean;
}

interface Estimate {
  readonly call: Call;
  readonly amount: Nano;
  /** From an earlier process: included in a sum as soon as that sum is known. */
  readonly restored: boolean;
}

/**
 * The amounts spent and held by each key. It stores nothing: the amount spent is the sum of rows, those of earlier
 * processes passed in once per window (`know`), and those of this process as they are written. It is pure: it
 * reads no clock.
 */
export class Ledger {
  private readonly sums = new Map<string, Map<WindowId, Sum>>();
  private readonly holds = new Map<string, Map<string, Hold>>();
  private readonly estimates = new Map<string, Estimate>();

  isKnown(key: string, window: WindowId): boolean {
    return this.sums.get(key)?.get(window)?.known ?? false;
  }

  /**
   * Sets the cost of earlier processes' rows in that window, excluding estimates; or `atLeast`, which includes them, if
   * that is more, because some rows may be gone. Returns the amount used.
   * Called once.
   */
  know(key: string, window: WindowId, rows: Nano, atLeast: Nano = 0): Nano {
    const sum = this.sumOf(key, window);
    if (sum.known) return 0;
    let before = rows;
    for (const { call, amount, restored } of this.estimates.values())
      if (restored && call.key === key && windowsAt(call.beganAt).includes(window)) before += amount;
    before = Math.max(before, atLeast);
    sum.amount += before;
    sum.known = true;
    return before;
  }

  /** @param at the moment that selects the window, in ms since 1970 */
  standing(key: string, { limit, window }: Budget, at: number): Standing {
    const id = windowAt(window, at);
    return {
      spent: this.spentIn(key, id),
      held: this.heldIn(key, id),
      limit,
      resetsAt: windowEnd(window, at),
    };
  }

  /** Holds the amount if all of it is available; false: nothing has changed. */
  hold(hold: Hold, budget: Budget): boolean {
    if (!this.fits(hold, hold.amount, budget)) return false;
    const holds = this.holds.get(hold.key) ?? new Map<string, Hold>();
    this.holds.set(hold.key, holds.set(hold.id, hold));
    this.setAside(hold, hold.amount);
    return true;
  }

  /** Raises the hold of a call to at least `amount`; false if not available, or if the call has no hold any more. */
  raise({ key, id }: Call, amount: Nano, budget: Budget): boolean {
    const hold = this.holdOf(key, id);
    if (!hold) return false;
    if (amount <= hold.amount) return true;
    if (!this.fits(hold, amount - hold.amount, budget)) return false;
    this.holds.get(key)?.set(id, { ...hold, amount });
    this.setAside(hold, amount - hold.amount);
    return true;
  }

  holdOf(key: string, id: string): Hold | undefined {
    return this.holds.get(key)?.get(id);
  }

  /** The call has its row with this cost, which replaces its hold or its estimate. */
  settle(call: Call, cost: Nano): void {
    this.release(call);
    if (this.estimates.has(call.id)) this.bill(call.id, cost);
    else this.book(call, cost, false);
  }

  /** The call has ended with an unknown cost: `amount` is its estimate until `bill`. */
  estimate(call: Call, amount: Nano): void {
    this.settle(call, amount);
    this.estimates.set(call.id, { call, amount, restored: false });
  }

  /** A call of an earlier process whose bill is still pending. */
  restore(call: Call, amount: Nano): void {
    this.estimates.set(call.id, { call, amount, restored: true });
  }

  /** The estimate for a call whose bill is still pending. */
  estimateOf(id: string): Nano | undefined {
    return this.estimates.get(id)?.amount;
  }

  /** Sets the actual cost of an estimated call; no effect for any other. */
  bill(id: string, cost: Nano): void {
    const estimate = this.estimates.get(id);
    if (!estimate) return;
    this.estimates.delete(id);
    this.book(estimate.call, cost - estimate.amount, estimate.restored);
  }

  /** Expired holds: their calls may have been billed, so the held amount counts as spent from now on. */
  sweep(now: number): Hold[] {
    const overdue = [...this.holds.values()].flatMap((holds) =>
      [...holds.values()].filter(({ deadline }) => deadline <= now),
    );
    for (const hold of overdue) this.estimate(hold, hold.amount);
    return overdue;
  }

  /** The call was never made: its hold is released. */
  release({ key, id }: Call): void {
    const holds = this.holds.get(key);
    const hold = holds?.get(id);
    if (!holds || !hold) return;
    holds.delete(id);
    if (holds.size === 0) this.holds.delete(key);
    this.setAside(hold, -hold.amount);
  }

  private setAside({ key, beganAt }: Call, amount: Nano): void {
    for (const window of windowsAt(beganAt)) this.sumOf(key, window).held += amount;
  }

  private book({ key, beganAt }: Call, amount: Nano, onlyKnown: boolean): void {
    for (const window of windowsAt(beganAt)) {
      const sum = this.sumOf(key, window);
      if (sum.known || !onlyKnown) sum.amount += amount;
    }
  }

  private fits({ key, beganAt }: Call, amount: Nano, { limit, window }: Budget): boolean {
    const id = windowAt(window, beganAt);
    const spent = this.spentIn(key, id);
    return spent !== undefined && spent + this.heldIn(key, id) + amount <= limit;
  }

  private spentIn(key: string, id: WindowId): Nano | undefined {
    const sum = this.sums.get(key)?.get(id);
    return sum?.known ? sum.amount : undefined;
  }

  private heldIn(key: string, id: WindowId): Nano {
    return this.sums.get(key)?.get(id)?.held ?? 0;
  }

  private sumOf(key: string, window: WindowId): Sum {
    let windows = this.sums.get(key);
    if (!windows) this.sums.set(key, (windows = new Map<WindowId, Sum>()));
    let sum = windows.get(window);
    if (!sum) windows.set(window, (sum = { amount: 0, held: 0, known: false }));
    return sum;
  }
}
