import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ModelStates } from './model-states.service.js';
import { Catalogue } from './openrouter/catalogue.service.js';

/**
 * The models in the readiness check: `degraded` if one is resting or has no listed slug, or our key does not work;
 * never down. No probe ever calls a model.
 */
@Injectable()
export class ModelsHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly states: ModelStates,
    private readonly catalogue: Catalogue,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('models');
    const all = this.states.all();
    const resting = all.filter(({ state }) => state === 'failing' || state === 'resting');
    const unlisted = all.filter(({ upstream }) => upstream.every(({ listed }) => listed === false));
    const { keyState } = this.catalogue;
    const reasons = {
      ...(resting.length > 0 && { resting: resting.map(({ name }) => name) }),
      ...(unlisted.length > 0 && { unlisted: unlisted.map(({ name }) => name) }),
      ...((keyState === 'refused' || keyState === 'used_up') && { key: keyState }),
    };
    return Object.keys(reasons).length === 0 ? indicator.up() : indicator.degraded(reasons);
  }
}
