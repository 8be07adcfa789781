import { Subject } from 'rxjs';
import type { Amendment, StampedAmendment } from './amendment.js';
import type { LogRow } from './log-row.js';

/**
 * `written`: as durable as configured. `spilled`: on the disk of this service, until the database takes it. `pending`:
 * kept in memory, written when the log recovers.
 */
export type AppendResult = 'written' | 'spilled' | 'pending';

export interface LogStoreState {
  /** Can the log take rows now? */
  readonly writable: boolean;
  /** For operators, without path: why it cannot. */
  readonly reason?: string;
  /** Likewise: what does not work while rows are taken all the same. */
  readonly degraded?: string;
  /** Rows and amendments that wait to be written or, in a spill, to be shipped. */
  readonly pending: number;
  /** Times since the start that the log could not take rows. */
  readonly outages: number;
}

/** Where rows go. The port of the log: CSV or PostgreSQL. */
export abstract class LogStore {
  /** Each row of this process once it is durable, in the order of the log and before its `append` resolves. */
  readonly rows$ = new Subject<LogRow>();

  /** Each amendment of this process once it is durable. */
  readonly amendments$ = new Subject<StampedAmendment>();

  /** Throws Problem `log_unavailable` (503) if the log cannot take the answer of a call that is about to begin. Costs nothing. */
  abstract admit(): void;

  /**
   * Keeps one row. Resolves once the row is on disk as durably as configured, or with `pending` if the log failed
   * meanwhile. Never rejects: an answer that was paid for is delivered whatever becomes of the log.
   */
  abstract append(row: LogRow): Promise<AppendResult>;

  /** Keeps amendments, in their order, with the present time. Resolves like `append`. */
  abstract amend(amendments: readonly Amendment[]): Promise<AppendResult>;

  abstract state(): LogStoreState;
}
