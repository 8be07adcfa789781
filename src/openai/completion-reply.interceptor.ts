import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ReplyInterceptor, type RecordedExchange } from '../chat/reply.interceptor.js';
import { ChunkEncoder } from './chunk-encoder.js';
import { completion } from './completion.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';

/** The replies of `POST /v1/chat/completions`. */
@Injectable()
export class CompletionReplyInterceptor extends ReplyInterceptor {
  protected override reply({ exchange }: RecordedExchange): object {
    return completion(exchange);
  }

  /** The body has been validated: the exchange was made from it. */
  protected override encoder(recorded: RecordedExchange, request: Request): ChunkEncoder {
    const body = request.body as CompletionRequestDto;
    return new ChunkEncoder(recorded, body.stream_options?.include_usage === true);
  }
}
