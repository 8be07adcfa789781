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

interface Sum {
  amount: Nano;
  /** Set aside for the calls under way that began in this window. */
  held: Nano;
  /** Is what earlier processes have spent part of it? */
  known: boolean;
}

interface Estimate {
  readonly call: Call;
  readonly amount: Nano;
  /** Of an earlier process: it is part of a sum from the moment on that the sum is known. */
  readonly restored: boolean;
}

/**
 * Who has spent how much, and what is set aside. It keeps no book of its own: what was spent is the sum of rows, those
 * of earlier processes told to it once for each window (`know`), and those of this one as they are written. Pure: it
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
   * What the rows of earlier processes cost in that window, without those that are still estimated; or `atLeast`, with
   * them, if that is more: some of the rows may be gone. Answers what it took.
   * Asked once.
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

  /** @param at the moment that decides on the window, in ms since 1970 */
  standing(key: string, { limit, window }: Budget, at: number): Standing {
    const id = windowAt(window, at);
    return {
      spent: this.spentIn(key, id),
      held: this.heldIn(key, id),
      limit,
      resetsAt: windowEnd(window, at),
    };
  }

  /** Sets the amount aside if all of it is there; false: nothing has changed. */
  hold(hold: Hold, budget: Budget): boolean {
    if (!this.fits(hold, hold.amount, budget)) return false;
    const holds = this.holds.get(hold.key) ?? new Map<string, Hold>();
    this.holds.set(hold.key, holds.set(hold.id, hold));
    this.setAside(hold, hold.amount);
    return true;
  }

  /** Makes the hold of a call at least `amount`; false where that is not there, or the call has no hold any more. */
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

  /** The call has its row, and this is what it has cost. Its hold, or what stood for it since, is over. */
  settle(call: Call, cost: Nano): void {
    this.release(call);
    if (this.estimates.has(call.id)) this.bill(call.id, cost);
    else this.book(call, cost, false);
  }

  /** The call has ended, and nobody knows yet what it has cost: `amount` stands for it until `bill`. */
  estimate(call: Call, amount: Nano): void {
    this.settle(call, amount);
    this.estimates.set(call.id, { call, amount, restored: false });
  }

  /** A call of an earlier process whose bill is still to come. */
  restore(call: Call, amount: Nano): void {
    this.estimates.set(call.id, { call, amount, restored: true });
  }

  /** What stands for a call whose bill is still to come. */
  estimateOf(id: string): Nano | undefined {
    return this.estimates.get(id)?.amount;
  }

  /** What an estimated call has really cost; does nothing for any other. */
  bill(id: string, cost: Nano): void {
    const estimate = this.estimates.get(id);
    if (!estimate) return;
    this.estimates.delete(id);
    this.book(estimate.call, cost - estimate.amount, estimate.restored);
  }

  /** Holds that should have ended: their calls may have been billed, so what was held counts as spent from now on. */
  sweep(now: number): Hold[] {
    const overdue = [...this.holds.values()].flatMap((holds) =>
      [...holds.values()].filter(({ deadline }) => deadline <= now),
    );
    for (const hold of overdue) this.estimate(hold, hold.amount);
    return overdue;
  }

  /** The call was never made: its hold is over. */
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
