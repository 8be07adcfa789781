import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { mergeMap, type Observable } from 'rxjs';
import { EventStream } from '../common/http/event-stream.js';
import type { Exchange } from './exchange.js';

/**
 * Sends the answer of an exchange in the format of its API: one JSON object once the row has been written, or a stream
 * of events that ends after it. A failure before the first event is thrown.
 */
@Injectable()
export class ReplyInterceptor implements NestInterceptor<Exchange, object> {
  intercept(_context: ExecutionContext, next: CallHandler<Exchange>): Observable<object> {
    return next.handle().pipe(mergeMap((exchange) => replyTo(exchange)));
  }
}

async function replyTo(exchange: Exchange): Promise<object> {
  const { events, context, format } = exchange;
  if (exchange.streaming) return EventStream.begin(events, format.encoder(exchange), context);
  await toTheEnd(events);
  const { log } = exchange.measured;
  if (log !== 'written') context.setHeader('X-Chat-Log', log);
  return format.reply(exchange);
}

/** Reads all events; the exchange itself collects the answer. */
async function toTheEnd(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
