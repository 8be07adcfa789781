import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import { HealthDto, HealthReportDto } from './dto/health.dto.js';

const UP = { drain: { status: 'up' }, models: { status: 'up' } } as const;
const LOG_UP = { log: { status: 'up', pending: 0 } } as const;
const LOG_DOWN = { log: { status: 'down', reason: 'ENOSPC', pending: 0 } } as const;

const READY_TEXT = 'Ready to accept chats.';
const NOT_READY_TEXT = 'Shutting down, or the chat log cannot be written.';

export const ALIVE: HealthCheckResult = { status: 'ok', info: {}, error: {}, details: {} };

const READY: HealthCheckResult = {
  status: 'ok',
  info: { ...LOG_UP, ...UP },
  error: {},
  details: { ...LOG_UP, ...UP },
};

const UNREADY: HealthCheckResult = {
  status: 'error',
  info: UP,
  error: LOG_DOWN,
  details: { ...LOG_DOWN, ...UP },
};

/** Documents `GET /health`. */
export function ApiHealth(): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({ type: HealthDto, description: READY_TEXT, example: { status: 'ok' } }),
    ApiServiceUnavailableResponse({
      type: HealthDto,
      description: NOT_READY_TEXT,
      example: { status: 'error' },
    }),
  );
}

/** Documents `GET /health/live`. */
export function ApiLive(): MethodDecorator {
  return ApiOkResponse({ type: HealthReportDto, description: 'The process is running.', example: ALIVE });
}

/** Documents `GET /health/ready`. */
export function ApiReady(): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({ type: HealthReportDto, description: READY_TEXT, example: READY }),
    ApiServiceUnavailableResponse({ type: HealthReportDto, description: NOT_READY_TEXT, example: UNREADY }),
  );
}
