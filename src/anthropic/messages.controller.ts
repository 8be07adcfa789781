import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ChatService } from '../chat/chat.service.js';
import type { Exchange } from '../chat/exchange.js';
import type { ReplyFormat } from '../chat/reply-format.js';
import { ReplyInterceptor } from '../chat/reply.interceptor.js';
import { Access } from '../common/access.decorator.js';
import { ignoredFields } from '../common/http/body-validation.pipe.js';
import { Problem } from '../common/problem.js';
import { LoggingInterceptor } from '../logging/logging.interceptor.js';
import { REQUEST_ID_HEADER } from './anthropic-error.js';
import { ApiMessages } from './anthropic.docs.js';
import { MessagesRequestDto } from './dto/messages-request.dto.js';
import { MessageEncoder } from './message-encoder.js';
import { message } from './message.js';
import { fromMessages } from './messages-request.js';

const MESSAGES_FORMAT: ReplyFormat = {
  reply: message,
  encoder: (exchange) => new MessageEncoder(exchange),
};

@ApiTags('Anthropic')
@Access('chat')
@Controller('v1/messages')
export class MessagesController {
  constructor(private readonly chats: ChatService) {}

  @ApiMessages()
  @Post()
  @HttpCode(200)
  @UseInterceptors(ReplyInterceptor, LoggingInterceptor)
  create(@Body() body: MessagesRequestDto, @Req() { context }: Request): Promise<Exchange> {
    context.setHeader(REQUEST_ID_HEADER, context.requestId);
    return this.chats.start({
      ...fromMessages(body),
      fallback: body.fallback,
      ignored: ignoredFields(body),
      context,
      streaming: body.stream === true,
      format: MESSAGES_FORMAT,
    });
  }

  /** A 404, as for an unknown path: clients can continue without this route. */
  @ApiExcludeEndpoint()
  @Post('count_tokens')
  countTokens(): never {
    throw new Problem({
      status: 404,
      code: 'not_supported',
      detail:
        'Tokens are not counted before a call, because each model has its own tokenizer. ' +
        'See `usage` in the answer for its token counts.',
    });
  }
}
