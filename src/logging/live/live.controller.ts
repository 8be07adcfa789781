import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Access } from '../../common/access.decorator.js';
import { EventStream } from '../../common/http/event-stream.js';
import { LogFilterDto } from '../dto/log-query.dto.js';
import { LogViews } from '../log-views.service.js';
import { ApiLogQueryProblems } from '../logs.docs.js';
import { LiveEncoder } from './live-encoder.js';

@ApiTags('Log')
@Access('chat', 'reader')
@Controller('logs/live')
export class LiveController {
  constructor(private readonly views: LogViews) {}

  @Get()
  @ApiOperation({
    summary: 'Rows of the log as they are written',
    description:
      'Server-sent events: `row` with a row as in `GET /logs`, its texts cut to 200 characters and without `messages`. ' +
      'The filters are those of `GET /logs`. After reconnecting, read the rows in between from `GET /logs`.',
  })
  @ApiOkResponse({
    content: {
      'text/event-stream': {
        schema: { type: 'string', example: 'event: row\ndata: {"model":"mistral"}\n\n' },
      },
    },
  })
  @ApiLogQueryProblems()
  follow(@Query() query: LogFilterDto, @Req() { context }: Request): Promise<EventStream> {
    const rows = this.views.of(context).follow(query);
    return EventStream.begin(rows, new LiveEncoder(context.requestId), context);
  }
}
