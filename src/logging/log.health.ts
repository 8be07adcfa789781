import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { LogStore } from './log-store.js';

/** Down while the log cannot take rows: no chat can be answered then. */
@Injectable()
export class LogHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly store: LogStore,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('log');
    const { writable, reason, pending } = this.store.state();
    return writable ? indicator.up({ pending }) : indicator.down({ reason, pending });
  }
}
