import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ChatService } from '../chat/chat.service.js';
import { ReplyService } from '../chat/reply.service.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { completionFormat } from './completion.format.js';
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
    private readonly replies: ReplyService,
  ) {}

  @ApiCompletions()
  @Post()
  @HttpCode(200)
  complete(@Body() body: CompletionRequestDto, @Req() request: Request): Promise<object> {
    this.chats.requireName(body.model);
    if (!this.registry.get(body.model)) throw modelNotFound(this.registry.names);
    const fallback = this.chats.fallbackOf(body.model, body.fallback);
    const exchange = this.chats.start({
      request: toChatRequest(body, fallback, request.context.traceparent),
      context: request.context,
      streaming: body.stream === true,
      pathOfMessage,
    });
    return this.replies.replyTo(exchange, completionFormat(body));
  }
}
