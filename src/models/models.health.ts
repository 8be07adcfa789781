import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ModelStates } from './model-states.service.js';

/** The models as readiness shows them: `degraded` where one rests, never down. No probe ever calls a model. */
@Injectable()
export class ModelsHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly states: ModelStates,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('models');
    const resting = this.states.all().filter(({ state }) => state === 'failing' || state === 'resting');
    if (resting.length === 0) return indicator.up();
    return indicator.degraded({ resting: resting.map(({ name }) => name) });
  }
}
