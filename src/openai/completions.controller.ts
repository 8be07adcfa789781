import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Access } from '../common/access.decorator.js';
import { ChatService } from '../chat/chat.service.js';
import type { Exchange } from '../chat/exchange.js';
import { ReplyInterceptor } from '../chat/reply.interceptor.js';
import { ignoredFields } from '../common/http/body-validation.pipe.js';
import { LoggingInterceptor } from '../logging/logging.interceptor.js';
import { completionFormat } from './completion.format.js';
import { fromCompletion, pathOfCompletionMessage } from './completion-request.js';
import { CompletionRequestDto } from './dto/completion-request.dto.js';
import { ApiCompletions } from './openai.docs.js';

@ApiTags('OpenAI')
@Access('chat')
@Controller('v1/chat/completions')
@UseInterceptors(ReplyInterceptor, LoggingInterceptor)
export class CompletionsController {
  constructor(private readonly chats: ChatService) {}

  @ApiCompletions()
  @Post()
  @HttpCode(200)
  complete(@Body() body: CompletionRequestDto, @Req() { context }: Request): Promise<Exchange> {
    return this.chats.start({
      request: fromCompletion(body),
      fallback: body.fallback ?? body.models,
      fallbackField: body.models ? 'models' : 'fallback',
      ignored: ignoredFields(body),
      context,
      streaming: body.stream === true,
      pathOfMessage: pathOfCompletionMessage,
      format: completionFormat(body),
    });
  }
}
