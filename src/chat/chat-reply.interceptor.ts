import { Injectable } from '@nestjs/common';
import { ChatEncoder } from './chat-encoder.js';
import { chatReply } from './chat-result.js';
import { ReplyInterceptor, type RecordedExchange } from './reply.interceptor.js';

/** The replies of `POST /chat`. */
@Injectable()
export class ChatReplyInterceptor extends ReplyInterceptor {
  protected override reply(recorded: RecordedExchange): object {
    return chatReply(recorded);
  }

  protected override encoder(recorded: RecordedExchange): ChatEncoder {
    return new ChatEncoder(recorded);
  }
}
