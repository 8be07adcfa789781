import { Logger } from '@nestjs/common';
import type { LogQueries } from '../../logging/log-queries.js';
import type { LogStore } from '../../logging/log-store.js';
import { interruptedRow, settledBy } from '../allowances/call-end.js';
import { BILL_PATIENCE_MS } from '../allowances/may-be-billed.js';
import type { OpenCall } from '../budget/journal-entry.js';
import type { HoldTable } from './hold-table.js';

const BEAT_MS = 2_000;
/** While the database does not answer. */
const AGAIN_MS = 200;
/** Who has not shown itself for so long is dead. */
const LEASE_MS = 10_000;

/**
 * Shows that this process lives, and gives an end to the calls of those that do not, as SpendRecovery does for a process
 * of its own: by their rows, or else by a row `interrupted` and what they may have cost until the bill tells.
 */
export class Sweep {
  private readonly logger = new Logger('Budgets');
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** Monotonic, in ms: since then every beat was answered. */
  private soundSince: number | undefined;

  /**
   * @param overdueMs after which a call of our own must have ended
   * @param onAnswer told of each beat that the database has taken
   */
  constructor(
    private readonly holds: HoldTable,
    private readonly store: LogStore,
    private readonly queries: LogQueries,
    private readonly overdueMs: number,
    private readonly onAnswer: () => Promise<void>,
  ) {}

  /** Did the database answer the last time? */
  get isSound(): boolean {
    return this.soundSince !== undefined;
  }

  begin(): void {
    this.turn = this.beat().finally(() => {
      if (this.isStopped) return;
      this.timer = setTimeout(
        () => {
          this.begin();
        },
        this.isSound ? BEAT_MS : AGAIN_MS,
      ).unref();
    });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.turn;
  }

  private async beat(): Promise<void> {
    try {
      await this.holds.beat();
      const now = performance.now();
      this.soundSince ??= now;
      await this.onAnswer();
      // After an outage all look dead, until each of them had the time to show itself.
      if (now - this.soundSince > LEASE_MS) await this.sweep();
    } catch (error) {
      if (this.isSound)
        this.logger.error({ message: 'Limits cannot be told', reason: (error as Error).message });
      this.soundSince = undefined;
    }
  }

  private async sweep(): Promise<void> {
    const patientSince = Date.now() - BILL_PATIENCE_MS;
    for (const call of await this.holds.adopt(LEASE_MS, this.overdueMs, patientSince)) {
      if (this.isStopped) return;
      await this.end(call, patientSince);
    }
  }

  private async end(call: OpenCall, patientSince: number): Promise<void> {
    const { id, amount, beganAt } = call;
    const generation = call.generation ?? undefined;
    const record = await this.queries.get(id);
    const row = interruptedRow(call);
    if (!record) await this.store.append(row);
    const { spent, owed } = settledBy(record ?? row, {
      amount,
      begun: true,
      billable: generation !== undefined,
    });
    // A row may still come from where its process has left it, and tell of the cost.
    const isOpen = (owed || (!record && amount > 0)) && beganAt >= patientSince;
    await this.holds.settle(id, { spent, owed: isOpen });
    this.logger.warn({ message: 'A chat whose process is gone, or that had no end, was settled', id });
    // Who asks for bills hears of it.
    if (owed && isOpen && generation !== undefined)
      await this.store.amend([{ id, field: 'generation', value: generation }]);
  }
}
