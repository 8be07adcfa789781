import type { RowStatus } from './log-row.js';

/** Which rows a question is about. Every condition that is there must hold. */
export interface LogFilter {
  /** The registered name, exactly. */
  model?: string;
  /** The registered name that was asked, exactly. Rows that do not tell were asked of the one that answered. */
  requestedModel?: string;
  /** Id of the client's key, exactly. */
  key?: string;
  /** Id of the key whose rows alone may be seen, whatever `key` says. */
  scope?: string;
  status?: RowStatus;
  /** From this moment on. */
  from?: Date;
  /** Up to, but not including, this moment. */
  to?: Date;
  /** Text that the prompt or the response contains, in any case (Unicode's simple case folding); no wildcards. */
  q?: string;
  /** Seconds, inclusive; rows without a latency never match. */
  minLatency?: number;
  /** Seconds, inclusive; rows without a latency never match. */
  maxLatency?: number;
}
