import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Nano } from '../../common/money.js';
import type { Settings } from '../../config/settings.js';
import type { LogQueries } from '../../logging/log-queries.js';
import type { LogRow } from '../../logging/log-row.js';
import type { LogStore } from '../../logging/log-store.js';
import { budgetExceeded, limitsUnknown, spendUnknown } from '../access-failures.js';
import { Allowances, type Ask, type KeyUse, type Soon } from '../allowances/allowances.js';
import { OVERDUE_MS, type RunningCall, settledBy, tokensIn } from '../allowances/call-end.js';
import { RateLimits } from '../allowances/rate-limits.js';
import { windowEnd } from '../budget/budget-window.js';
import type { Standing } from '../budget/ledger.js';
import { isLimited, type Budget, type Key } from '../keys/key.js';
import type { RateStates } from '../limits/limit-headers.js';
import { CallEnds } from './call-ends.js';
import { type CallEnd, HoldTable, type SharedUse } from './hold-table.js';
import { Sweep } from './sweep.js';

/** A running chat. */
interface Place extends RunningCall {
  readonly key: Key;
  readonly beganAt: number;
}

/** How long ids of generations are collected before they are written together. */
const GATHER_MS = 50;

/**
 * Limits in PostgreSQL, exact across all processes. Keys without limits cause no queries. While the database is
 * unreachable, keys with limits are refused; chats that end meanwhile are settled when it is back.
 */
export class PostgresAllowances extends Allowances implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Budgets');
  private readonly holds: HoldTable;
  private readonly sweep: Sweep;
  /** The latest counts from the database, for reply headers, and the chats of keys without limits. */
  private readonly limits = new RateLimits();
  private readonly places = new Map<string, Place>();
  private readonly ends: CallEnds;
  private gathered = new Map<string, string>();
  private gathering: NodeJS.Timeout | undefined;

  constructor(settings: Settings, store: LogStore, queries: LogQueries) {
    super();
    const { DATABASE_URL, DATABASE_WRITE_TIMEOUT_MS, TOTAL_TIMEOUT_MS } = settings;
    this.holds = new HoldTable(DATABASE_URL, DATABASE_WRITE_TIMEOUT_MS, randomUUID());
    this.ends = new CallEnds(this.holds);
    this.sweep = new Sweep(this.holds, store, queries, TOTAL_TIMEOUT_MS + OVERDUE_MS, () =>
      this.ends.retry(),
    );
  }

  /** The schema is migrated by now, unless the database is unreachable. */
  onApplicationBootstrap(): void {
    this.sweep.begin();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.gathering);
    await this.sweep.stop();
    await this.ends.stop();
    await this.holds.close();
  }

  /** Nothing to wait for: every process settles for all. */
  whenRecovered(): Promise<void> {
    return Promise.resolve();
  }

  rates(key: Key): RateStates {
    return this.limits.states(key, performance.now());
  }

  async use(key: Key): Promise<KeyUse> {
    const { budget } = key;
    const now = Date.now();
    let standing = budget ? standingOf(budget, now) : undefined;
    let parallel = this.limits.parallel(key.id);
    try {
      const use = await this.holds.use(key, now);
      this.limits.told(key.id, use, performance.now());
      if (isLimited(key)) ({ parallel } = use);
      if (budget) standing = standingOf(budget, now, use);
    } catch {
      // Values not available now are shown as unknown.
    }
    return { rates: this.rates(key), parallel, budget: standing };
  }

  take(ask: Ask): Soon<void> {
    if (isLimited(ask.key)) return this.takeShared(ask);
    this.limits.begin(ask.key, 0, performance.now());
    this.keep(ask);
  }

  raise(id: string, amount: Nano): Soon<void> {
    const place = this.places.get(id);
    if (!place?.key.budget) return;
    if (amount > place.amount) return this.raiseShared(id, place, place.key.budget, amount);
    place.begun = true;
  }

  generation(id: string, generation: string): void {
    const place = this.places.get(id);
    if (!place?.begun) return;
    place.billable = true;
    this.gathered.set(id, generation);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      const known = this.gathered;
      this.gathered = new Map();
      // Needed only if this process dies: otherwise the row settles the call.
      this.holds.generations(known).catch(() => undefined);
    }, GATHER_MS).unref();
  }

  leave(id: string): void {
    const place = this.places.get(id);
    if (!place || place.left) return;
    place.left = true;
    if (!isLimited(place.key)) {
      this.limits.end(place.key.id);
    } else if (place.key.budget && !place.begun) {
      // No model will be called any more, so the chat gets no row, or one without an attempt.
      this.places.delete(id);
      this.settleSoon(id, { spent: 0, owed: false });
    } else this.holds.leave(id).catch(() => undefined);
  }

  settle(row: LogRow): void {
    const place = this.places.get(row.id);
    if (!place) return;
    this.places.delete(row.id);
    this.gathered.delete(row.id);
    if (isLimited(place.key)) this.settleSoon(row.id, { ...settledBy(row, place), tokens: tokensIn(row) });
    else if (!place.left) this.limits.end(place.key.id);
  }

  whenSettled(id: string): Promise<void> | undefined {
    return this.ends.whenSettled(id);
  }

  bill(id: string, cost: Nano | undefined): void {
    this.settleSoon(id, { spent: cost, owed: false });
  }

  private async takeShared(ask: Ask): Promise<void> {
    const { key, beganAt, amount } = ask;
    const taken = await this.answered(key, this.holds.take(ask), ask.id);
    const { refusal } = taken;
    const now = performance.now();
    this.limits.told(key.id, taken, now);
    if (refusal === 'unknown') throw spendUnknown();
    if (refusal === 'budget') throw await this.overBudget(key, beganAt, amount);
    if (refusal !== null) throw this.limits.refusal(refusal, key, now);
    this.keep(ask);
  }

  private async raiseShared(id: string, place: Place, budget: Budget, amount: Nano): Promise<void> {
    const { key, beganAt } = place;
    const refusal = await this.answered(key, this.holds.raise(id, amount, budget, beganAt));
    if (refusal === 'budget') throw await this.overBudget(key, beganAt, amount);
    if (refusal !== null) throw spendUnknown();
    place.amount = amount;
    place.begun = true;
  }

  private async overBudget(key: Key, at: number, amount: Nano): Promise<Error> {
    const use = await this.answered(key, this.holds.use(key, at));
    return key.budget ? budgetExceeded(standingOf(key.budget, at, use), amount) : spendUnknown();
  }

  private keep({ id, key, beganAt, amount }: Ask): void {
    this.places.set(id, { key, beganAt, amount, begun: false, billable: false, left: false });
  }

  /** Throws Problem 503 if the database does not answer. @param taking id of a call that may have been admitted nevertheless */
  private async answered<T>(key: Key, answer: Promise<T>, taking?: string): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const reason = (error as Error).message;
      this.logger.error({
        message: 'Cannot read the remaining limits of a key',
        key: key.id,
        reason,
      });
      if (taking !== undefined) this.ends.addLate(taking, { spent: 0, owed: false });
      throw key.budget ? spendUnknown() : limitsUnknown();
    }
  }

  private settleSoon(id: string, end: CallEnd): void {
    // An unreachable database is not waited for.
    if (this.sweep.isSound) this.ends.add(id, end);
    else this.ends.addLate(id, end);
  }
}

function standingOf({ limit, window }: Budget, at: number, use?: SharedUse): Standing {
  return { spent: use?.spent ?? undefined, held: use?.held ?? 0, limit, resetsAt: windowEnd(window, at) };
}
