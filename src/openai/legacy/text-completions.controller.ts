import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ChatService } from '../../chat/chat.service.js';
import type { Exchange } from '../../chat/exchange.js';
import { ReplyInterceptor } from '../../chat/reply.interceptor.js';
import { Access } from '../../common/access.decorator.js';
import { ignoredFields } from '../../common/http/body-validation.pipe.js';
import { LoggingInterceptor } from '../../logging/logging.interceptor.js';
import type { ModelOptions } from '../../models/model.types.js';
import { picked } from '../given-fields.js';
import { TextCompletionRequestDto } from './text-completion-request.dto.js';
import { textCompletionFormat } from './text-completion.format.js';
import { ApiTextCompletions } from './text-completions.docs.js';

const FORWARDED = [
  ...(['temperature', 'top_p', 'max_tokens', 'seed', 'presence_penalty', 'frequency_penalty'] as const),
  ...(['logit_bias', 'user'] as const),
];

@ApiTags('OpenAI')
@Access('chat')
@Controller('v1/completions')
@UseInterceptors(ReplyInterceptor, LoggingInterceptor)
export class TextCompletionsController {
  constructor(private readonly chats: ChatService) {}

  @ApiTextCompletions()
  @Post()
  @HttpCode(200)
  complete(@Body() body: TextCompletionRequestDto, @Req() { context }: Request): Promise<Exchange> {
    const content = [body.prompt].flat().join('');
    return this.chats.start({
      request: {
        model: body.model,
        messages: [{ role: 'user', content }],
        options: optionsOf(body),
        operation: 'text_completion',
        user: body.user ?? undefined,
      },
      fallback: body.fallback,
      ignored: ignoredFields(body),
      context,
      streaming: body.stream === true,
      pathOfMessage: () => 'prompt',
      format: textCompletionFormat(body),
    });
  }
}

function optionsOf(body: TextCompletionRequestDto): ModelOptions {
  const { stop, logprobs } = body;
  return {
    ...picked(body, FORWARDED),
    ...(stop != null && stop.length > 0 && { stop }),
    ...(logprobs != null && { logprobs: true, top_logprobs: logprobs }),
  };
}
