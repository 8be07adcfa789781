import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import { EventStream, type EventEncoder } from '../common/http/event-stream.js';
import { Settings } from '../config/settings.js';
import { Recorded, type Receipt } from '../logging/recorded.js';
import type { ChatEventBatch } from '../models/model.types.js';
import type { Exchange } from './exchange.js';

export type RecordedExchange = Recorded<Exchange>;

/**
 * Turns a recorded exchange into its reply: one JSON object once its row has been written, or a stream of events that
 * ends after it. Each door of the service has its own shapes.
 */
@Injectable()
export abstract class ReplyInterceptor implements NestInterceptor {
  constructor(private readonly settings: Settings) {}

  intercept(context: ExecutionContext, next: CallHandler<RecordedExchange>): Observable<unknown> {
    const http = context.switchToHttp();
    return next.handle().pipe(
      mergeMap((recorded) => {
        if (recorded.exchange.streaming) return this.stream(recorded, http.getRequest());
        return this.complete(recorded, http.getResponse());
      }),
    );
  }

  protected abstract reply(recorded: RecordedExchange): object;

  protected abstract encoder(recorded: RecordedExchange, request: Request): EventEncoder<ChatEventBatch>;

  private stream(recorded: RecordedExchange, request: Request): Promise<EventStream> {
    return EventStream.open(recorded.events, this.encoder(recorded, request), request.context, {
      stallTimeoutMs: this.settings.IDLE_TIMEOUT_MS,
    });
  }

  private async complete(recorded: RecordedExchange, response: Response): Promise<object> {
    for await (const _batch of recorded.events);
    if (receiptOf(recorded).log === 'pending') response.setHeader('X-Chat-Log', 'pending');
    return this.reply(recorded);
  }
}

/** The receipt of an exchange whose events have ended: its row has been dealt with. */
export function receiptOf(recorded: RecordedExchange): Receipt {
  if (!recorded.receipt)
    throw new Error('The events of an exchange have to be read to their end before its reply is made.');
  return recorded.receipt;
}
