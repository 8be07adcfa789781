import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import { Recorded } from '../logging/recorded.js';
import { chatReply, receiptOf } from './chat-result.js';
import type { Exchange } from './exchange.js';

/** Turns a recorded exchange into the reply: one JSON object, once its row has been written. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<Recorded<Exchange>>): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(mergeMap((recorded) => this.reply(recorded, response)));
  }

  private async reply(recorded: Recorded<Exchange>, response: Response): Promise<unknown> {
    for await (const _batch of recorded.events);
    const receipt = receiptOf(recorded);
    if (receipt.log === 'pending') response.setHeader('X-Chat-Log', 'pending');
    return chatReply(recorded, receipt);
  }
}
