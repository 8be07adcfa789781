import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DrainService } from './drain.service.js';

/** Down as soon as the service is told to stop, so that load balancers stop sending requests. */
@Injectable()
export class DrainHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly drain: DrainService,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('drain');
    return this.drain.draining ? indicator.down({ active: this.drain.active }) : indicator.up();
  }
}
