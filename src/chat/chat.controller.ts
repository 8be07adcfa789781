import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Access } from '../common/access.decorator.js';
import { wantsEventStream } from '../common/http/wants-event-stream.js';
import { LoggingInterceptor } from '../logging/logging.interceptor.js';
import { ApiChat } from './chat.docs.js';
import { CHAT_FORMAT } from './chat.format.js';
import { pathOfMessage, toChatRequest } from './chat-request.js';
import { ChatService } from './chat.service.js';
import { ChatRequestDto } from './dto/chat-request.dto.js';
import type { Exchange } from './exchange.js';
import { ReplyInterceptor } from './reply.interceptor.js';

@ApiTags('Chat')
@Access('chat')
@Controller('chat')
@UseInterceptors(ReplyInterceptor, LoggingInterceptor)
export class ChatController {
  constructor(private readonly chats: ChatService) {}

  @ApiChat()
  @Post()
  @HttpCode(200)
  chat(@Body() body: ChatRequestDto, @Req() { context, headers }: Request): Promise<Exchange> {
    return this.chats.start({
      request: toChatRequest(body),
      fallback: body.fallback,
      context,
      // The body takes precedence over the Accept header.
      streaming: body.stream ?? wantsEventStream(headers.accept),
      pathOfMessage: pathOfMessage(body),
      format: CHAT_FORMAT,
    });
  }
}
