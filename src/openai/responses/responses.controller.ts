import { Body, Controller, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ChatService } from '../../chat/chat.service.js';
import type { Exchange } from '../../chat/exchange.js';
import { ReplyInterceptor } from '../../chat/reply.interceptor.js';
import { Access } from '../../common/access.decorator.js';
import { ignoredFields } from '../../common/http/body-validation.pipe.js';
import { LoggingInterceptor } from '../../logging/logging.interceptor.js';
import { ItemReferences } from './item-references.service.js';
import { ResponseRequestDto } from './dto/response-request.dto.js';
import { responseFormat } from './response.format.js';
import { fromResponse } from './response-request.js';
import { ApiResponses } from './responses.docs.js';

@ApiTags('OpenAI')
@Access('chat')
@Controller('v1/responses')
@UseInterceptors(ReplyInterceptor, LoggingInterceptor)
export class ResponsesController {
  constructor(
    private readonly chats: ChatService,
    private readonly references: ItemReferences,
  ) {}

  @ApiResponses()
  @Post()
  @HttpCode(200)
  async respond(@Body() body: ResponseRequestDto, @Req() { context }: Request): Promise<Exchange> {
    const input = await this.references.resolve(body.input, context);
    return this.chats.start({
      ...fromResponse(body, input),
      fallback: body.fallback ?? body.models,
      fallbackField: body.models ? 'models' : 'fallback',
      ignored: ignoredFields(body),
      context,
      streaming: body.stream === true,
      format: responseFormat(body),
    });
  }
}
