import type { RequestContext } from '../common/http/request-context.js';
import type { LogRow } from './log-row.js';
import type { AppendResult } from './log-store.js';

/** The fields of a row that the exchange itself knows; the rest is measured. */
export type RecordedContent = Omit<
  LogRow,
  'timestamp' | 'latency' | 'ttft' | 'overhead' | 'status' | 'error'
>;

/** The measurements of an exchange, and the state of its row. */
export interface Measurement {
  /** UTC, ISO 8601: when the request arrived. */
  readonly timestamp: string;
  /** Seconds from arrival to the end of the answer. */
  readonly latency: number;
  /** Seconds to the first content, if any. */
  readonly ttft: number | null;
  readonly log: AppendResult;
}

/**
 * An exchange that a handler returns to the LoggingInterceptor. The log knows nothing about models: it passes the
 * events on, shows them to the exchange, and asks it at the end what to record.
 */
export interface Recordable<Batch = unknown> {
  readonly context: RequestContext;
  /** To be iterated once; nothing happens before. Throws the error of the exchange. */
  events: AsyncIterable<Batch>;
  /** When the first byte was sent upstream, by `performance.now()`; undefined if none was. */
  readonly sentAt: number | undefined;
  /** The upstream's id of the answer, by which its bill can be requested; undefined if there is none. */
  readonly generationId: string | undefined;
  /** The token limit sent upstream, if it is not the client's; otherwise undefined. */
  readonly setMaxTokens: number | undefined;
  /** Set once the events have ended or failed, and the row is written. */
  measurement: Measurement | undefined;
  /** Records a batch of events. True if it had content of the answer. */
  observe(batch: Batch): boolean;
  content(): RecordedContent;
  /** Called with the row once it is written. The reply waits for the returned promise. */
  recorded?(row: LogRow): Promise<void> | undefined;
}
