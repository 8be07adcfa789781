import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { Problem } from '../common/problem.js';
import type { RowStatus } from './log-row.js';
import { LogStore } from './log-store.js';
import { Recordable, Recorded, type Receipt } from './recorded.js';

/** Made once: an error takes a stack, 5 µs here for each exchange although nearly none needs it. */
const ABANDONED = new Problem({ status: 499, code: 'client_closed', detail: 'The client left.' });

/**
 * Measures an exchange and writes its row. The measuring is done inside the iteration: Nest's own hooks fire before
 * the first event of a stream. No model is called while the log cannot take its answer.
 */
@Injectable()
export class LoggingInterceptor implements NestInterceptor {
  constructor(private readonly store: LogStore) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.store.admit();
    return next
      .handle()
      .pipe(map((result) => (result instanceof Recordable ? this.record(result) : (result as unknown))));
  }

  private record<Batch>(exchange: Recordable<Batch>): Recorded {
    const recorded: Recorded = new Recorded(
      exchange,
      this.passing(exchange, (receipt) => (recorded.receipt = receipt)),
    );
    return recorded;
  }

  private async *passing<Batch>(
    exchange: Recordable<Batch>,
    settle: (receipt: Receipt) => void,
  ): AsyncGenerator<Batch, void, void> {
    let firstContentAt: number | undefined;
    // Stands if nobody asks for the rest of the events.
    let failure: unknown = ABANDONED;
    try {
      for await (const batch of exchange.events) {
        if (exchange.observe(batch)) firstContentAt ??= performance.now();
        yield batch;
      }
      failure = undefined;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      settle(await this.write(exchange, firstContentAt, failure));
    }
  }

  private async write(
    exchange: Recordable,
    firstContentAt: number | undefined,
    failure: unknown,
  ): Promise<Receipt> {
    const { arrivedAt } = exchange;
    const measured = {
      timestamp: new Date(exchange.timestamp).toISOString(),
      latency: secondsBetween(arrivedAt, performance.now()),
      ttft: firstContentAt === undefined ? null : secondsBetween(arrivedAt, firstContentAt),
    };
    // Why it was given up says more than how that showed; a complete answer stays one, whatever came after.
    const error = errorCode(failure && exchange.signal.aborted ? exchange.signal.reason : failure);
    // Not `{...a, ...b, c}`: V8 builds that property by property, 5 µs where Object.assign takes 0.1.
    const row = Object.assign(exchange.content(), measured, { status: statusOf(error), error });
    const log = await this.store.append(row);
    return Object.assign(measured, { log });
  }
}

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
