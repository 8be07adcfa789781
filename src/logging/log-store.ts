import type { LogRow } from './log-row.js';

/** `written`: as durable as configured. `pending`: kept in memory, written when the log recovers. */
export type AppendResult = 'written' | 'pending';

export interface LogStoreState {
  /** Can the log take rows now? */
  readonly writable: boolean;
  /** For operators, without path: why it cannot. */
  readonly reason?: string;
  /** Rows that wait to be written. */
  readonly pending: number;
}

/** Where rows go. The port of the log: CSV now, PostgreSQL later. */
export abstract class LogStore {
  /** Throws Problem `log_unavailable` (503) if the log cannot take the answer of a call that is about to begin. Costs nothing. */
  abstract admit(): void;

  /**
   * Keeps one row. Resolves `written` once the row is on disk as durably as configured, or `pending` if the log
   * failed meanwhile. Never rejects: an answer that was paid for is delivered whatever becomes of the log.
   */
  abstract append(row: LogRow): Promise<AppendResult>;

  abstract state(): LogStoreState;
}
