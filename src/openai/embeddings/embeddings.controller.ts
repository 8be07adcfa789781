import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ChatService } from '../../chat/chat.service.js';
import type { Exchange } from '../../chat/exchange.js';
import { ReplyInterceptor } from '../../chat/reply.interceptor.js';
import { Access } from '../../common/access.decorator.js';
import { ignoredFields } from '../../common/http/body-validation.pipe.js';
import { LoggingInterceptor } from '../../logging/logging.interceptor.js';
import { picked } from '../given-fields.js';
import { EmbeddingsRequestDto } from './embeddings-request.dto.js';
import { ApiEmbeddings } from './embeddings.docs.js';
import { embeddingsFormat } from './embeddings.format.js';

@ApiTags('OpenAI')
@Access('chat')
@Controller('v1/embeddings')
@UseInterceptors(ReplyInterceptor, LoggingInterceptor)
export class EmbeddingsController {
  constructor(private readonly chats: ChatService) {}

  @ApiEmbeddings()
  @Post()
  @HttpCode(200)
  embed(@Body() body: EmbeddingsRequestDto, @Req() { context }: Request): Promise<Exchange> {
    const { model, input, fallback } = body;
    const texts = typeof input === 'string' ? [input] : input;
    return this.chats.start({
      request: {
        model,
        messages: texts.map((content) => ({ role: 'user', content })),
        options: picked(body, ['encoding_format', 'dimensions', 'input_type', 'user']),
        user: body.user ?? undefined,
        operation: 'embeddings',
      },
      fallback,
      ignored: ignoredFields(body),
      context,
      streaming: false,
      pathOfMessage: (index) => (typeof input === 'string' ? 'input' : `input[${index}]`),
      format: embeddingsFormat(body),
    });
  }
}
