import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { Problem } from '../common/problem.js';
import { logChat } from './chat-line.js';
import type { LogRow, RowStatus } from './log-row.js';
import { LogStore } from './log-store.js';
import type { Recordable } from './recordable.js';

/**
 * Admits an exchange, measures it and writes its row. It wraps the events and does not tap the Observable: that
 * completes when the handler returns, long before the first event.
 */
@Injectable()
export class LoggingInterceptor implements NestInterceptor<Recordable, Recordable> {
  constructor(private readonly store: LogStore) {}

  intercept(_context: ExecutionContext, next: CallHandler<Recordable>): Observable<Recordable> {
    return next.handle().pipe(
      map((exchange) => {
        // No model is called while the log cannot take the answer.
        this.store.admit();
        exchange.events = this.recorded(exchange, exchange.events);
        return exchange;
      }),
    );
  }

  /** The same events. They end, or fail, only after the row has been written. */
  private async *recorded<Batch>(
    exchange: Recordable<Batch>,
    events: AsyncIterable<Batch>,
  ): AsyncGenerator<Batch, void, void> {
    let firstContentAt: number | undefined;
    let lastEventAt: number | undefined;
    try {
      for await (const batch of events) {
        lastEventAt = performance.now();
        if (exchange.observe(batch)) firstContentAt ??= lastEventAt;
        yield batch;
      }
    } catch (error) {
      await this.write(exchange, firstContentAt, performance.now(), error);
      throw error;
    }
    // Not the end of the stream but the last event: some upstreams keep the connection open after it.
    await this.write(exchange, firstContentAt, lastEventAt ?? performance.now());
  }

  private async write(
    exchange: Recordable,
    firstContentAt: number | undefined,
    endedAt: number,
    failure?: unknown,
  ): Promise<void> {
    const { arrivedAt, timestamp, signal } = exchange.context;
    const measured = {
      timestamp: new Date(timestamp).toISOString(),
      latency: secondsBetween(arrivedAt, endedAt),
      ttft: firstContentAt === undefined ? null : secondsBetween(arrivedAt, firstContentAt),
    };
    // Why it was given up says more than how that showed; a complete answer stays one, whatever came after.
    const error = errorCode(failure && signal.aborted ? signal.reason : failure);
    // Not one literal with spreads in it: V8 builds that property by property, 13 µs where this takes 1.
    const row: LogRow = Object.assign(exchange.content(), measured, {
      overhead: overheadOf(exchange, failure === undefined ? endedAt : undefined),
      status: statusOf(error),
      error,
    });
    const { setMaxTokens: set } = exchange;
    const [log] = await Promise.all([
      this.store.append(row),
      set !== undefined && this.store.amend([{ id: row.id, field: 'max_tokens', value: String(set) }]),
    ]);
    // Its bill is still to come. Not waited for: the row says what the client has to know.
    if (row.cost === null && exchange.generationId !== undefined)
      void this.store.amend([{ id: row.id, field: 'generation', value: exchange.generationId }]);
    const following = exchange.recorded?.(row);
    if (following) await following;
    logChat(row, exchange.context.traceId);
    exchange.measurement = Object.assign(measured, { log });
  }
}

/** To the millisecond. */
function secondsBetween(fromMs: number, toMs: number): number {
  return Math.round(toMs - fromMs) / 1000;
}

/**
 * Seconds, to the microsecond, that the service itself added: until the first byte went upstream, and from the last event
 * of a complete answer until now.
 */
function overheadOf({ context, sentAt }: Recordable, lastEventAt: number | undefined): number | null {
  if (sentAt === undefined) return null;
  const before = sentAt - context.arrivedAt;
  const after = lastEventAt === undefined ? 0 : performance.now() - lastEventAt;
  return Math.round((before + after) * 1000) / 1_000_000;
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
