import { Body, Controller, Get, HttpCode, Param, Put, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Access } from '../common/access.decorator.js';
import type { RequestContext } from '../common/http/request-context.js';
import { LogPageDto, LogRecord } from './dto/log-record.dto.js';
import { LogExportQueryDto, LogPageQueryDto, LogStatsQueryDto } from './dto/log-query.dto.js';
import { LogStats } from './dto/log-stats.dto.js';
import { ScoreDto } from './dto/score.dto.js';
import { batched } from './export/batched.js';
import { jsonPieces, pageJsonPieces } from './export/json-pieces.js';
import { decodeCursor, encodeCursor } from './log-cursor.js';
import { noSuchRow } from './log-failures.js';
import type { ExportFormat } from './log-queries.js';
import { LogStore } from './log-store.js';
import { LogViews } from './log-views.service.js';
import { PageBudget } from './page-budget.js';
import { ApiLogQueryProblems, ApiLogRowProblems, ApiVoteProblems } from './logs.docs.js';

const ID = /^[\w.:-]{1,128}$/;

const TEXT = { schema: { type: 'string' } };
const EXPORT_CONTENT = {
  'text/csv': TEXT,
  'application/jsonl': TEXT,
  'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
};

const FILES: Record<ExportFormat, { type: string; name: string }> = {
  csv: { type: 'text/csv; charset=utf-8; header=present', name: 'chat_logs.spreadsheet.csv' },
  raw: { type: 'text/csv; charset=utf-8; header=present', name: 'chat_logs.csv' },
  jsonl: { type: 'application/jsonl; charset=utf-8', name: 'chat_logs.jsonl' },
  parquet: { type: 'application/vnd.apache.parquet', name: 'chat_logs.parquet' },
};

/** Questions to the log of all chats. Rows that the caller may not see do not exist for it. */
@ApiTags('Log')
@Access('chat', 'reader')
@Controller('logs')
export class LogsController {
  private readonly budget = new PageBudget();

  constructor(
    private readonly views: LogViews,
    private readonly store: LogStore,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Rows of the log',
    description:
      'Newest first, page by page. Keys with the role chat see rows of their own only, here and in all that follows.',
  })
  @ApiOkResponse({ type: LogPageDto })
  @ApiLogQueryProblems()
  async find(@Query() query: LogPageQueryDto, @Req() { context }: Request): Promise<Response> {
    const { limit, cursor } = query;
    const { rows, next } = await this.views
      .of(context)
      .page(query, { limit, after: cursor === undefined ? undefined : decodeCursor(cursor) });
    return this.json(pageJsonPieces(rows, next && encodeCursor(next)), rows, context.signal);
  }

  @Get('stats')
  @ApiOperation({
    summary: 'Figures of the log',
    description: 'Counts, latencies, tokens and cost, per model and in all; with `bucket` also over time.',
  })
  @ApiOkResponse({ type: LogStats })
  @ApiLogQueryProblems()
  stats(@Query() query: LogStatsQueryDto, @Req() { context }: Request): Promise<LogStats> {
    return this.views.of(context).stats(query, { bucket: query.bucket, by: query.by });
  }

  @Get('export')
  @ApiOperation({ summary: 'Rows of the log as a file', description: 'In the order of the log, streamed.' })
  @ApiOkResponse({ description: 'The rows, as `format` says.', content: EXPORT_CONTENT })
  @ApiLogQueryProblems()
  export(@Query() query: LogExportQueryDto, @Req() { context }: Request): Response {
    const { type, name } = FILES[query.format];
    return new Response(ReadableStream.from(this.views.of(context).export(query, query.format)), {
      headers: {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${name}"`,
        'X-Content-Type-Options': 'nosniff',
      },
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One row of the log', description: 'With what became known of it later.' })
  @ApiOkResponse({ type: LogRecord })
  @ApiLogRowProblems()
  // Without an example: Swagger UI would fill it in, and ask for a row that is not there.
  @ApiParam({ name: 'id', description: 'The `id` of a chat, as `POST /chat` and `GET /logs` answer it.' })
  async get(@Param('id') id: string, @Req() { context }: Request): Promise<Response> {
    const row = await this.row(id, context);
    return this.json(jsonPieces(row), [row], context.signal);
  }

  @Put(':id/score')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Vote on an answer',
    description: 'Kept as an amendment: the row itself stays as it is.',
  })
  @ApiNoContentResponse({ description: 'The vote is kept.' })
  @ApiVoteProblems()
  @ApiParam({ name: 'id', description: 'The `id` of a chat, as `POST /chat` and `GET /logs` answer it.' })
  async vote(@Param('id') id: string, @Body() vote: ScoreDto, @Req() { context }: Request): Promise<void> {
    await this.row(id, context);
    this.store.admit();
    await this.store.amend([
      { id, field: 'score', value: String(vote.score) },
      ...(vote.comment === undefined ? [] : [{ id, field: 'comment' as const, value: vote.comment }]),
    ]);
  }

  /** Throws Problem 404 where there is no such row. */
  private async row(id: string, context: RequestContext): Promise<LogRecord> {
    const row = ID.test(id) ? await this.views.of(context).get(id) : undefined;
    if (!row) throw noSuchRow();
    return row;
  }

  private json(pieces: Iterable<string>, rows: readonly LogRecord[], signal: AbortSignal): Response {
    const sent = this.budget.take(rows);
    signal.addEventListener('abort', sent, { once: true });
    return new Response(ReadableStream.from(finallyDo(batched(pieces), sent)), {
      headers: { 'Content-Type': 'application/json' },
    });
  }
}

async function* finallyDo<T>(pieces: AsyncIterable<T>, done: () => void): AsyncGenerator<T> {
  try {
    yield* pieces;
  } finally {
    done();
  }
}
