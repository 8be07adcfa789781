import { Injectable } from '@nestjs/common';
import type { ModelDto, SlugDto } from './dto/model.dto.js';
import { ModelRegistry, type RegisteredModel } from './model-registry.service.js';
import type { BreakerState } from './resilience/circuit-breaker.js';
import { SlugBreakers } from './slug-breakers.service.js';

/** In the words of people who run a service and not of those who build breakers, to whom `closed` is good news. */
const STATES: Readonly<Record<BreakerState, SlugDto['state']>> = {
  closed: 'ok',
  half_open: 'probing',
  resting: 'resting',
  open: 'failing',
};

/** How the models are doing, as `GET /models` shows it. */
@Injectable()
export class ModelStates {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly breakers: SlugBreakers,
  ) {}

  /** In alphabetical order. */
  all(): ModelDto[] {
    return this.registry.all.map((model) => this.describe(model));
  }

  private describe({ definition, slugs }: RegisteredModel): ModelDto {
    const upstream = slugs.all.map((slug): SlugDto => {
      const breaker = this.breakers.of(slug).snapshot().state;
      return { upstream_model: slug, state: slugs.isSetAside(slug) ? 'set_aside' : STATES[breaker] };
    });
    const inUse = upstream.find(({ state }) => state === 'ok' || state === 'probing') ?? upstream[0];
    return {
      name: definition.name,
      title: definition.title,
      upstream,
      upstream_model: inUse?.upstream_model ?? '',
      state: inUse?.state ?? 'ok',
      context_length: definition.contextLength ?? null,
    };
  }
}
