import type { RequestContext } from '../common/http/request-context.js';
import type { LogRow } from './log-row.js';
import type { AppendResult } from './log-store.js';

/** The part of a row that the exchange itself knows; the rest is measured. */
export type RecordedContent = Omit<
  LogRow,
  'timestamp' | 'latency' | 'ttft' | 'overhead' | 'status' | 'error'
>;

/** What was measured of an exchange, and what became of its row. */
export interface Measurement {
  /** UTC, ISO 8601: when the request arrived. */
  readonly timestamp: string;
  /** Seconds from arrival to the end of the answer. */
  readonly latency: number;
  /** Seconds to the first content, if any came. */
  readonly ttft: number | null;
  readonly log: AppendResult;
}

/**
 * An exchange as a handler returns it to the LoggingInterceptor. The log knows nothing of models: it passes the events
 * on, shows them to the exchange, and asks it at the end what to keep.
 */
export interface Recordable<Batch = unknown> {
  readonly context: RequestContext;
  /** To be iterated once; nothing happens before. Throws what the exchange failed of. */
  events: AsyncIterable<Batch>;
  /** When the first byte went upstream, by `performance.now()`; undefined where none did. */
  readonly sentAt: number | undefined;
  /** The upstream's id of the answer, by which its bill can be asked for; undefined where there is none. */
  readonly generationId: string | undefined;
  /** The most tokens that were asked for where that is not what the client said; undefined where it is. */
  readonly setMaxTokens: number | undefined;
  /** There once the events have ended or failed, and the row is written. */
  measurement: Measurement | undefined;
  /** Takes in what happened. True if it brought content of the answer. */
  observe(batch: Batch): boolean;
  content(): RecordedContent;
  /** Told its row once that is written. The reply waits for what it answers. */
  recorded?(row: LogRow): Promise<void> | undefined;
}
