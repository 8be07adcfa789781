import { Problem } from '../common/problem.js';
import type { Sink } from '../common/sink.js';
import type { LogRow, RowStatus } from './log-row.js';
import type { AppendResult, LogStore } from './log-store.js';

/** The part of a row that the exchange itself knows; the rest is measured. */
export type RecordedContent = Omit<
  LogRow,
  'timestamp' | 'latency' | 'ttft' | 'overhead' | 'status' | 'error'
>;

/** What can be recorded. The log knows nothing of models: it sees events pass and asks the exchange what to keep. */
export abstract class Recordable<Batch = unknown> {
  /** Monotonic, in ms: latencies count from here. */
  abstract readonly arrivedAt: number;
  /** Wall clock, in ms since 1970. */
  abstract readonly timestamp: number;
  /** Aborted, with the reason, when the answer is no longer wanted. */
  abstract readonly cancellation: { readonly aborted: boolean; readonly reason: unknown };

  /** Makes it happen: resolves after the last event, rejects with what it failed of. To be called once. */
  abstract run(sink: Sink<Batch>): Promise<void>;

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

/** An exchange on its way through the log: it ends, or fails, only after its row has been written. */
export class Recorded<T extends Recordable = Recordable> {
  private settled: Receipt | undefined;
  private firstContentAt: number | undefined;

  constructor(
    readonly exchange: T,
    private readonly store: LogStore,
  ) {}

  /** To be asked for once the exchange has ended or failed. */
  get receipt(): Receipt {
    if (!this.settled) throw new Error('An exchange has no receipt before it has ended.');
    return this.settled;
  }

  /** Makes it happen. Rejects with what it failed of. */
  async run(sink?: Sink<BatchOf<T>>): Promise<void> {
    const { exchange } = this;
    try {
      await exchange.run((batch) => {
        if (exchange.observe(batch)) this.firstContentAt ??= performance.now();
        return sink?.(batch as BatchOf<T>);
      });
    } catch (error) {
      await this.settle(error);
      throw error;
    }
    await this.settle(undefined);
  }

  private async settle(failure: unknown): Promise<void> {
    const { exchange, firstContentAt } = this;
    const { arrivedAt, cancellation } = exchange;
    const measured = {
      timestamp: new Date(exchange.timestamp).toISOString(),
      latency: secondsBetween(arrivedAt, performance.now()),
      ttft: firstContentAt === undefined ? null : secondsBetween(arrivedAt, firstContentAt),
    };
    // Why it was given up says more than how that showed; a complete answer stays one, whatever came after.
    const error = errorCode(failure && cancellation.aborted ? cancellation.reason : failure);
    // Not `{...a, ...b, c}`: V8 builds that property by property, 5 µs where Object.assign takes 0.1.
    const row = Object.assign(exchange.content(), measured, {
      status: statusOf(error),
      error,
      overhead: null,
    });
    const log = await this.store.append(row);
    this.settled = Object.assign(measured, { log });
  }
}

type BatchOf<T> = T extends Recordable<infer Batch> ? Batch : never;

/** To the millisecond. */
function secondsBetween(fromMs: number, toMs: number): number {
  return Math.round(toMs - fromMs) / 1000;
}

function errorCode(failure: unknown): string {
  if (failure === undefined) return '';
  return failure instanceof Problem ? failure.code : 'internal_error';
}

function statusOf(error: string): RowStatus {
  if (error === '') return 'ok';
  if (error === 'client_closed' || error === 'client_stalled') return 'client_closed';
  return error === 'interrupted' ? 'interrupted' : 'error';
}
