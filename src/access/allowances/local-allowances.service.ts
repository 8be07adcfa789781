import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { resolve } from 'node:path';
import type { Nano } from '../../common/money.js';
import { Settings } from '../../config/settings.js';
import { LogQueries } from '../../logging/log-queries.js';
import type { LogRow } from '../../logging/log-row.js';
import { LogStore } from '../../logging/log-store.js';
import { budgetExceeded, spendUnknown } from '../access-failures.js';
import { windowAt } from '../budget/budget-window.js';
import { HoldJournal } from '../budget/hold-journal.js';
import { Ledger, type Call } from '../budget/ledger.js';
import type { Budget, Key } from '../keys/key.js';
import type { RateStates } from '../limits/limit-headers.js';
import { Allowances, type Ask, type KeyUse, type Soon } from './allowances.js';
import { OVERDUE_MS, type RunningCall, settledBy, tokensIn } from './call-end.js';
import { RateLimits } from './rate-limits.js';
import { SpendRecovery } from './spend-recovery.js';

/** A running chat. It is in the journal once it has `begun`. */
interface Place extends Call, RunningCall {
  readonly budget: Budget | null;
  readonly model: string;
  readonly tokens: number;
  /** Monotonic, in ms. */
  readonly at: number;
}

const SWEEP_MS = 30_000;

/** All limits in memory. What a crash must not lose is in the log, and running calls are in a journal beside it. */
export class LocalAllowances extends Allowances implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Budgets');
  private readonly limits = new RateLimits();
  private readonly ledger = new Ledger();
  private readonly places = new Map<string, Place>();
  private journal!: HoldJournal;
  private recovery!: SpendRecovery;
  private recovered: Promise<void> | undefined;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly store: LogStore,
    private readonly queries: LogQueries,
  ) {
    super();
  }

  /** Runs when the log is open and its lock is held. */
  onApplicationBootstrap(): void {
    this.journal = new HoldJournal(`${resolve(this.settings.CHAT_LOG_PATH)}.holds`);
    this.recovery = new SpendRecovery(this.ledger, this.journal, this.store, this.queries);
    this.recovered = this.recovery.begin();
    this.sweeper = setInterval(() => {
      this.sweep();
    }, SWEEP_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweeper);
    this.journal.close();
  }

  async whenRecovered(): Promise<void> {
    await this.recovered;
  }

  rates(key: Key): RateStates {
    return this.limits.states(key, performance.now());
  }

  use(key: Key): Soon<KeyUse> {
    const state = (): KeyUse => ({
      rates: this.rates(key),
      parallel: this.limits.parallel(key.id),
      budget: key.budget ? this.ledger.standing(key.id, key.budget, Date.now()) : undefined,
    });
    if (!key.budget) return state();
    // Values not available now are shown as unknown.
    return this.recovery.learn(key.id, key.budget.window, Date.now()).then(state, state);
  }

  take(ask: Ask): Soon<void> {
    const { key, beganAt } = ask;
    if (!key.budget || this.ledger.isKnown(key.id, windowAt(key.budget.window, beganAt))) {
      this.takeNow(ask);
      return;
    }
    return this.recovery.learn(key.id, key.budget.window, beganAt).then(
      () => {
        this.takeNow(ask);
      },
      (error: unknown) => {
        this.logger.error({
          message: 'It cannot be told what a key has spent',
          key: key.id,
          reason: messageOf(error),
        });
        throw spendUnknown();
      },
    );
  }

  raise(id: string, amount: Nano): Soon<void> {
    const place = this.places.get(id);
    if (!place?.budget) return;
    const more = Math.max(amount, place.amount);
    if (!this.ledger.raise(place, more, place.budget))
      throw budgetExceeded(this.ledger.standing(place.key, place.budget, place.beganAt), amount);
    if (place.begun && more === place.amount) return;
    return this.note(place, more);
  }

  /** Stores the possible cost of the attempt on disk. */
  private async note(place: Place, amount: Nano): Promise<void> {
    const { id, key, beganAt, model } = place;
    try {
      if (place.begun) await this.journal.raise(id, amount);
      else await this.journal.begin({ id, key, beganAt, model, amount });
    } catch (error) {
      this.logger.error({ message: 'The journal of holds cannot be written', reason: messageOf(error) });
      throw spendUnknown();
    }
    place.amount = amount;
    place.begun = true;
  }

  generation(id: string, generation: string): void {
    const place = this.places.get(id);
    if (!place?.begun) return;
    place.billable = true;
    this.journal.generation(id, generation);
  }

  leave(id: string): void {
    const place = this.places.get(id);
    if (!place) return;
    this.giveBack(place);
    // No model will be called any more, so the chat gets no row, or one without an attempt.
    if (place.budget && !place.begun) this.ledger.release(place);
  }

  settle(row: LogRow): void {
    const place = this.places.get(row.id);
    if (!place) return;
    this.places.delete(row.id);
    this.giveBack(place);
    const tokens = tokensIn(row);
    if (tokens !== undefined)
      this.limits.correctTokens(place.key, tokens - place.tokens, place.at, performance.now());
    const { spent, owed } = settledBy(row, place);
    if (owed) this.ledger.estimate(place, spent);
    else this.ledger.settle(place, spent);
    if (place.begun) this.journal.end(row.id, spent, owed);
  }

  whenSettled(): undefined {
    return undefined;
  }

  bill(id: string, cost: Nano | undefined): void {
    const estimate = this.ledger.estimateOf(id);
    if (estimate === undefined) return;
    this.ledger.bill(id, cost ?? estimate);
    this.journal.billed(id, cost ?? estimate);
  }

  private takeNow({ id, key, beganAt, model, tokens, amount }: Ask): void {
    const now = performance.now();
    this.limits.assertRoom(key, tokens, now);
    const { budget } = key;
    const deadline = now + this.settings.TOTAL_TIMEOUT_MS + OVERDUE_MS;
    if (budget && !this.ledger.hold({ id, key: key.id, beganAt, amount, deadline }, budget))
      throw budgetExceeded(this.ledger.standing(key.id, budget, beganAt), amount);
    this.limits.begin(key, tokens, now);
    const state = { begun: false, billable: false, left: false };
    this.places.set(id, { id, key: key.id, beganAt, budget, model, tokens, amount, at: now, ...state });
  }

  private giveBack(place: Place): void {
    if (place.left) return;
    place.left = true;
    this.limits.end(place.key);
  }

  /** Chats whose rows are long overdue: their possible cost counts as spent until the rows arrive. */
  private sweep(): void {
    for (const { id, amount } of this.ledger.sweep(performance.now())) {
      if (this.places.get(id)?.begun) this.journal.end(id, amount, true);
      this.logger.warn({ message: 'A chat has not ended in time; what it may cost counts as spent', id });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
