import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiChat } from './chat.docs.js';
import { CHAT_FORMAT } from './chat.format.js';
import { pathOfMessage, toChatRequest } from './chat-request.js';
import { ChatService } from './chat.service.js';
import { ChatRequestDto } from './dto/chat-request.dto.js';
import { ReplyService } from './reply.service.js';

@ApiTags('Chat')
@Controller('chat')
export class ChatController {
  constructor(
    private readonly chats: ChatService,
    private readonly replies: ReplyService,
  ) {}

  @ApiChat()
  @Post()
  @HttpCode(200)
  chat(@Body() body: ChatRequestDto, @Req() request: Request): Promise<object> {
    const streaming = body.stream === true || request.headers.accept?.includes('text/event-stream') === true;
    const fallback = this.chats.fallbackOf(body.model, body.fallback);
    const exchange = this.chats.start({
      request: toChatRequest(body, fallback, request.context.traceparent),
      context: request.context,
      streaming,
      pathOfMessage: pathOfMessage(body),
    });
    return this.replies.replyTo(exchange, CHAT_FORMAT);
  }
}
