import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { LogStore } from './log-store.js';

/** Down while the log cannot take rows: no chat can be answered then. Degraded while rows go to a spill. */
@Injectable()
export class LogHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly store: LogStore,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('log');
    const { writable, reason, degraded, pending } = this.store.state();
    if (!writable) return indicator.down({ reason, pending });
    return degraded === undefined
      ? indicator.up({ pending })
      : indicator.degraded({ reason: degraded, pending });
  }
}
