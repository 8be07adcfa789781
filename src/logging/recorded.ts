import type { LogRow } from './log-row.js';
import type { AppendResult } from './log-store.js';

/** The part of a row that the exchange itself knows; the rest is measured. */
export type RecordedContent = Pick<
  LogRow,
  | 'id'
  | 'model'
  | 'prompt'
  | 'messages'
  | 'response'
  | 'prompt_tokens'
  | 'response_tokens'
  | 'finish_reason'
  | 'cost'
  | 'upstream_model'
  | 'attempts'
>;

/**
 * What a handler returns to have its exchange measured and recorded. The log knows nothing of models: it sees events
 * pass and asks the exchange what to keep.
 */
export abstract class Recordable<Batch = unknown> {
  abstract readonly events: AsyncIterable<Batch>;
  /** Monotonic, in ms: latencies count from here. */
  abstract readonly arrivedAt: number;
  /** Wall clock, in ms since 1970. */
  abstract readonly timestamp: number;
  /** Aborts, with the reason, when the answer is no longer wanted. */
  abstract readonly signal: AbortSignal;

  /** Takes in what happened. True if the answer has begun: its first content has arrived. */
  abstract observe(batch: Batch): boolean;

  abstract content(): RecordedContent;
}

/** What was measured, and what became of the row. */
export interface Receipt {
  readonly timestamp: string;
  /** Seconds. */
  readonly latency: number;
  /** Seconds to the first content, if any came. */
  readonly ttft: number | null;
  readonly log: AppendResult;
}

/** An exchange on its way through the log: its events end, or fail, only after its row has been written. */
export class Recorded<T extends Recordable = Recordable> {
  /** Set once the events have ended or failed. */
  receipt: Receipt | undefined;

  constructor(
    readonly exchange: T,
    readonly events: AsyncIterable<T extends Recordable<infer Batch> ? Batch : never>,
  ) {}
}
