import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { costOf, toDollars } from '../../common/money.js';
import { Settings } from '../../config/settings.js';
import type { Amendment } from '../../logging/amendment.js';
import { LogQueries } from '../../logging/log-queries.js';
import { LogStore } from '../../logging/log-store.js';
import { Generations } from '../../models/openrouter/generations.service.js';
import { BILL_PATIENCE_MS } from '../allowances/may-be-billed.js';
import { Allowances } from '../allowances/allowances.js';

interface OpenBill {
  /** The id of the row. */
  readonly id: string;
  readonly generation: string;
  /** Monotonic, in ms. */
  readonly since: number;
  waitMs: number;
  /** Monotonic, in ms. */
  dueAt: number;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 60 * 60_000;
/** Beyond this number the oldest is abandoned; its estimate stays. */
const MOST = 10_000;
/** Number of concurrent requests. */
const ABREAST = 2;

/**
 * Requests the bills of chats that ended without a cost, repeatedly for up to a day, and writes the costs as amendments
 * of their rows. It makes few requests at a time, on its own connections, so that it never delays chats.
 */
@Injectable()
export class Bills implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Bills');
  private readonly open = new Map<string, OpenBill>();
  private amendments: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asking = 0;
  private mayAsk = false;
  private readonly stopped = new AbortController();

  constructor(
    private readonly store: LogStore,
    private readonly queries: LogQueries,
    private readonly generations: Generations,
    private readonly allowances: Allowances,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    // With 0, the upstream is called for chats only.
    if (this.settings.CATALOGUE_REFRESH_MS === 0) return;
    this.amendments = this.store.amendments$.subscribe(({ id, field, value }) => {
      if (field === 'generation') this.expect(id, value);
    });
    void this.resume();
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
    this.amendments?.unsubscribe();
    clearTimeout(this.timer);
  }

  private expect(id: string, generation: string): void {
    const now = performance.now();
    const [oldest] = this.open.size >= MOST ? this.open.values() : [];
    if (oldest) this.giveUp(oldest);
    this.open.set(id, { id, generation, since: now, waitMs: FIRST_MS, dueAt: now + FIRST_MS });
    this.plan();
  }

  /** Takes over the bills that the last process left. */
  private async resume(): Promise<void> {
    await this.allowances.whenRecovered();
    this.mayAsk = true;
    this.plan();
    // While the query runs, chats may end and even be billed: those are skipped below.
    const seen = new Set<string>();
    const watch = this.store.amendments$.subscribe(({ id }) => seen.add(id));
    try {
      const unbilled = await this.queries.unbilled(new Date(Date.now() - BILL_PATIENCE_MS), MOST);
      for (const { id, generation } of unbilled)
        if (!seen.has(id) && !this.open.has(id)) this.expect(id, generation);
    } catch (error) {
      this.logger.warn({
        message: 'The log does not tell which bills are still to come',
        reason: (error as Error).message,
      });
    } finally {
      watch.unsubscribe();
    }
  }

  private plan(): void {
    clearTimeout(this.timer);
    if (!this.mayAsk || this.stopped.signal.aborted || this.asking >= ABREAST) return;
    let next: OpenBill | undefined;
    for (const bill of this.open.values()) if (!next || bill.dueAt < next.dueAt) next = bill;
    // Bills being requested have no next time yet.
    if (!next || next.dueAt === Infinity) return;
    const bill = next;
    this.timer = setTimeout(
      () => {
        void this.ask(bill);
      },
      Math.max(0, bill.dueAt - performance.now()),
    ).unref();
  }

  private async ask(bill: OpenBill): Promise<void> {
    this.asking++;
    // No other code takes it meanwhile.
    bill.dueAt = Infinity;
    this.plan();
    const told = await this.generations.find(bill.generation, this.stopped.signal);
    this.asking--;
    if (this.stopped.signal.aborted) return;
    const cost = costOf(told?.cost);
    if (told && cost !== undefined) {
      this.open.delete(bill.id);
      const fields = {
        cost: toDollars(cost),
        prompt_tokens: told.promptTokens,
        response_tokens: told.completionTokens,
      };
      await this.store.amend(amendmentsOf(bill.id, fields));
      this.allowances.bill(bill.id, cost);
    } else this.later(bill);
    this.plan();
  }

  private later(bill: OpenBill): void {
    const now = performance.now();
    if (now - bill.since > BILL_PATIENCE_MS) {
      this.giveUp(bill);
      return;
    }
    bill.dueAt = now + bill.waitMs;
    bill.waitMs = Math.min(LONGEST_MS, bill.waitMs * 2);
  }

  private giveUp({ id }: OpenBill): void {
    this.open.delete(id);
    this.allowances.bill(id, undefined);
    this.logger.warn({ message: 'The upstream does not tell what a chat has cost; it stays estimated', id });
  }
}

function amendmentsOf(id: string, fields: Partial<Record<Amendment['field'], number | null>>): Amendment[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    value === null ? [] : [{ id, field: field as Amendment['field'], value: String(value) }],
  );
}
