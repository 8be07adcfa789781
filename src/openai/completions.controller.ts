import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ChatService } from '../chat/chat.service.js';
import type { Exchange } from '../chat/exchange.js';
import { LoggingInterceptor } from '../logging/logging.interceptor.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { CompletionReplyInterceptor } from './completion-reply.interceptor.js';
import { pathOfMessage, toChatRequest } from './completion-request.js';
import { CompletionRequestDto } from './dto/completion-request.dto.js';
import { modelNotFound } from './model-not-found.js';
import { ApiCompletions } from './openai.docs.js';

@ApiTags('OpenAI')
@Controller('v1/chat/completions')
export class CompletionsController {
  constructor(
    private readonly chats: ChatService,
    private readonly registry: ModelRegistry,
  ) {}

  @ApiCompletions()
  @Post()
  @HttpCode(200)
  @UseInterceptors(CompletionReplyInterceptor, LoggingInterceptor)
  complete(@Body() body: CompletionRequestDto, @Req() request: Request): Exchange {
    this.chats.requireName(body.model);
    if (!this.registry.get(body.model)) throw modelNotFound(this.registry.names);
    const fallback = this.chats.fallbackOf(body.model, body.fallback);
    return this.chats.start({
      request: toChatRequest(body, fallback, request.context.traceparent),
      context: request.context,
      streaming: body.stream === true,
      pathOfMessage,
    });
  }
}
