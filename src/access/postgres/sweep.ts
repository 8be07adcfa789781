import { Logger } from '@nestjs/common';
import type { LogQueries } from '../../logging/log-queries.js';
import type { LogStore } from '../../logging/log-store.js';
import { interruptedRow, settledBy } from '../allowances/call-end.js';
import { BILL_PATIENCE_MS } from '../allowances/may-be-billed.js';
import type { OpenCall } from '../budget/journal-entry.js';
import type { HoldTable } from './hold-table.js';

const BEAT_MS = 2_000;
/** While the database is unreachable. */
const AGAIN_MS = 200;
/** A process that has not renewed its lease for this long is dead. */
const LEASE_MS = 10_000;

/**
 * Renews the lease of this process and settles the calls of dead ones, as SpendRecovery does after a restart: by their
 * rows or, without a row, by a row `interrupted` and an estimate until the bill arrives.
 */
export class Sweep {
  private readonly logger = new Logger('Budgets');
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** Monotonic, in ms: every beat since then was answered. */
  private soundSince: number | undefined;

  /**
   * @param overdueMs age by which an own call must have ended
   * @param onAnswer called after each answered beat
   */
  constructor(
    private readonly holds: HoldTable,
    private readonly store: LogStore,
    private readonly queries: LogQueries,
    private readonly overdueMs: number,
    private readonly onAnswer: () => Promise<void>,
  ) {}

  /** True if the database answered the last beat. */
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
      // After an outage all processes look dead until they had time to renew their leases.
      if (now - this.soundSince > LEASE_MS) await this.sweep();
    } catch (error) {
      if (this.isSound)
        this.logger.error({ message: 'Cannot read limits', reason: (error as Error).message });
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
    // The real row may still arrive from the spill of its process, with the cost.
    const isOpen = (owed || (!record && amount > 0)) && beganAt >= patientSince;
    await this.holds.settle(id, { spent, owed: isOpen });
    this.logger.warn({ message: 'Settled a chat whose process died or that never ended', id });
    // Lets the service that fetches bills pick it up.
    if (owed && isOpen && generation !== undefined)
      await this.store.amend([{ id, field: 'generation', value: generation }]);
  }
}
