import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { LoggingInterceptor } from '../logging/logging.interceptor.js';
import { ChatReplyInterceptor } from './chat-reply.interceptor.js';
import { ApiChat } from './chat.docs.js';
import { pathOfMessage, toChatRequest } from './chat-request.js';
import { ChatService } from './chat.service.js';
import { ChatRequestDto } from './dto/chat-request.dto.js';
import type { Exchange } from './exchange.js';

@ApiTags('Chat')
@Controller('chat')
export class ChatController {
  constructor(private readonly chats: ChatService) {}

  @ApiChat()
  @Post()
  @HttpCode(200)
  @UseInterceptors(ChatReplyInterceptor, LoggingInterceptor)
  chat(@Body() body: ChatRequestDto, @Req() request: Request): Exchange {
    const streaming = body.stream === true || request.headers.accept?.includes('text/event-stream') === true;
    const fallback = this.chats.fallbackOf(body.model, body.fallback);
    return this.chats.start({
      request: toChatRequest(body, fallback, request.context.traceparent),
      context: request.context,
      streaming,
      pathOfMessage: pathOfMessage(body),
    });
  }
}
