import { Controller, Get, HttpStatus, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { Response } from 'express';
import { Access } from '../common/access.decorator.js';
import { DrainHealth } from '../common/drain/drain.health.js';
import { LogHealth } from '../logging/log.health.js';
import { ModelsHealth } from '../models/models.health.js';
import { HealthDto } from './dto/health.dto.js';
import { HealthCheckFilter } from './health-check.filter.js';
import { ALIVE, ApiHealth, ApiLive, ApiReady } from './health.docs.js';

/** Probes. None of them calls a model. */
@ApiTags('Health')
@Access('public')
@Controller('health')
@UseFilters(HealthCheckFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly log: LogHealth,
    private readonly models: ModelsHealth,
    private readonly drain: DrainHealth,
  ) {}

  /**
   * Ready to accept chats?
   * @remarks 503 while the service shuts down or cannot write its log.
   */
  @ApiHealth()
  @Get()
  summary(@Res({ passthrough: true }) response: Response): HealthDto {
    if (isUp(this.log.check()) && isUp(this.drain.check())) return { status: 'ok' };
    response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: 'error' };
  }

  /**
   * Is the process running?
   * @remarks Depends on no disk, database or upstream.
   */
  @ApiLive()
  @Get('live')
  live(): HealthCheckResult {
    // Not through HealthCheckService, which answers 503 while the process drains.
    return ALIVE;
  }

  /**
   * Readiness in detail
   * @remarks Depends on the log and the shutdown state only; models that are unavailable for now show as `degraded`.
   */
  @ApiReady()
  @Get('ready')
  @HealthCheck({ noCache: true })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.log.check(), () => this.drain.check(), () => this.models.check()]);
  }
}

function isUp(result: HealthIndicatorResult): boolean {
  return Object.values(result).every(({ status }) => status !== 'down');
}
