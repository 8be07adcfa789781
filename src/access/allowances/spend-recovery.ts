import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { costOf, type Nano } from '../../common/money.js';
import type { LogQueries } from '../../logging/log-queries.js';
import type { LogStore } from '../../logging/log-store.js';
import { windowAt, windowStart, type WindowId } from '../budget/budget-window.js';
import type { HoldJournal } from '../budget/hold-journal.js';
import type { OpenCall } from '../budget/journal-entry.js';
import type { Ledger } from '../budget/ledger.js';
import { BUDGET_WINDOWS, type BudgetWindow } from '../keys/key.js';
import { interruptedRow, settledBy } from './call-end.js';
import { BILL_PATIENCE_MS } from './may-be-billed.js';

const RETRY_MS = 5_000;

/** Determines from log and journal what earlier processes have spent, once per key and window. */
export class SpendRecovery {
  private readonly logger = new Logger('Budgets');
  /** Rows from this time on belong to this process, which counts them itself. */
  private readonly startedAt = Date.now();
  private readonly learning = new Map<string, Promise<void>>();
  private ended: Promise<void> | undefined;
  /** The journal's record of them. */
  private earlier: ReadonlyMap<string, ReadonlyMap<WindowId, Nano>> = new Map<
    string,
    ReadonlyMap<WindowId, Nano>
  >();
  /** One query at a time: the log refuses some of many parallel queries. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly journal: HoldJournal,
    private readonly store: LogStore,
    private readonly queries: LogQueries,
  ) {}

  /** Ends the calls that a crash cut off; retries until the log responds. */
  async begin(): Promise<void> {
    while (
      !(await this.endCalls().then(
        () => true,
        () => false,
      ))
    ) {
      this.logger.error('The log does not tell yet how calls ended and what they cost; it is asked again');
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  /** Resolves once the ledger has that sum. Rejects if the log does not respond; may be called again. */
  learn(key: string, kind: BudgetWindow, at: number): Promise<void> {
    const window = windowAt(kind, at);
    if (this.ledger.isKnown(key, window)) return Promise.resolve();
    const id = `${key} ${window}`;
    let learning = this.learning.get(id);
    if (!learning) {
      learning = this.read(key, kind, at).finally(() => this.learning.delete(id));
      this.learning.set(id, learning);
    }
    return learning;
  }

  private async read(key: string, kind: BudgetWindow, at: number): Promise<void> {
    await this.endCalls();
    await this.sum(key, kind, at);
  }

  private async sum(key: string, kind: BudgetWindow, at: number): Promise<void> {
    const window = windowAt(kind, at);
    if (this.ledger.isKnown(key, window)) return;
    const atLeast = this.earlier.get(key)?.get(window) ?? 0;
    const rows = await this.costOfRows(key, windowStart(kind, at));
    const known = this.ledger.know(key, window, rows, atLeast);
    // Keeps the sum known after rows were moved away.
    if (known > atLeast) this.journal.add(key, window, known - atLeast);
  }

  /** The cost of earlier processes' rows since then. */
  private async costOfRows(key: string, start: number | undefined): Promise<Nano> {
    if (start !== undefined && start > this.startedAt) return 0;
    const from = start === undefined ? {} : { from: new Date(start) };
    const { total } = await this.inTurn(() =>
      this.queries.stats({ key, ...from, to: new Date(this.startedAt) }),
    );
    return Math.round((total.cost ?? 0) * 1e9);
  }

  private inTurn<T>(question: () => Promise<T>): Promise<T> {
    const answer = this.turn.then(question, question);
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  private endCalls(): Promise<void> {
    this.ended ??= this.endEach().catch((error: unknown) => {
      this.ended = undefined;
      throw error;
    });
    return this.ended;
  }

  private async endEach(): Promise<void> {
    for (const call of this.journal.open) await this.end(call);
    for (const call of this.journal.open) this.ledger.restore(call, call.amount);
    this.earlier = this.journal.spent;
    // Before any bill arrives: later it would be unclear whether a sum being read already includes it.
    for (const key of new Set(this.journal.open.map((call) => call.key)))
      for (const kind of BUDGET_WINDOWS) await this.sum(key, kind, this.startedAt);
  }

  private async end(call: OpenCall): Promise<void> {
    const record = await this.inTurn(() => this.queries.get(call.id));
    const cost = record && costOf(record.cost);
    if (call.owed) {
      if (cost !== undefined || Date.now() - call.beganAt > BILL_PATIENCE_MS)
        this.journal.billed(call.id, cost ?? call.amount);
      return;
    }
    const row = interruptedRow(call);
    if (!record) await this.store.append(row);
    const { spent, owed } = settledBy(record ?? row, {
      ...call,
      begun: true,
      billable: call.generation !== undefined,
    });
    this.journal.end(call.id, spent, owed);
    if (owed && call.generation !== undefined && record?.cost_source !== 'estimated')
      await this.store.amend([{ id: call.id, field: 'generation', value: call.generation }]);
  }
}
