import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import { HealthDto, HealthReportDto } from './dto/health.dto.js';

const UP = { drain: { status: 'up' }, models: { status: 'up' } } as const;
const LOG_UP = { log: { status: 'up', pending: 0 } } as const;
const LOG_DOWN = { log: { status: 'down', reason: 'ENOSPC', pending: 0 } } as const;

const NOT_ASKED = 'It drains, or its log cannot take rows.';

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

/** What the documentation says of `GET /health`. */
export function ApiHealth(): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({ type: HealthDto, description: 'It can.', example: { status: 'ok' } }),
    ApiServiceUnavailableResponse({ type: HealthDto, description: NOT_ASKED, example: { status: 'error' } }),
  );
}

/** What the documentation says of `GET /health/live`. */
export function ApiLive(): MethodDecorator {
  return ApiOkResponse({ type: HealthReportDto, description: 'It is.', example: ALIVE });
}

/** What the documentation says of `GET /health/ready`. */
export function ApiReady(): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({ type: HealthReportDto, description: 'It may.', example: READY }),
    ApiServiceUnavailableResponse({ type: HealthReportDto, description: NOT_ASKED, example: UNREADY }),
  );
}
