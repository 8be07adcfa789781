import { Injectable } from '@nestjs/common';
import type { ModelDto, PriceDto, SlugDto } from './dto/model.dto.js';
import type { Place } from './model-slugs.js';
import { ModelRegistry, type RegisteredModel } from './model-registry.service.js';
import type { BreakerState } from './resilience/circuit-breaker.js';
import type { Price } from './openrouter/catalogue-listing.js';
import { Catalogue } from './openrouter/catalogue.service.js';
import { SlugBreakers } from './slug-breakers.service.js';

/** Terms for operators: to them `closed`, the healthy state of a breaker, would sound like a failure. */
const STATES: Readonly<Record<BreakerState, SlugDto['state']>> = {
  closed: 'ok',
  half_open: 'probing',
  resting: 'resting',
  open: 'failing',
};

/** The state of the models, as shown by `GET /models`. */
@Injectable()
export class ModelStates {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly breakers: SlugBreakers,
    private readonly catalogue: Catalogue,
  ) {}

  /** In alphabetical order. */
  all(): ModelDto[] {
    return this.registry.all.map((model) => this.describe(model));
  }

  private describe({ definition, slugs, price }: RegisteredModel): ModelDto {
    const upstream = slugs.places.map((place): SlugDto => {
      const { slug } = place;
      const breaker = this.breakers.of(slug).snapshot().state;
      return {
        upstream_model: slug,
        provider: place.adapter.provider,
        state: slugs.isSetAside(slug) ? 'set_aside' : STATES[breaker],
        ...this.listing(place, price),
      };
    });
    const inOrder = slugs.usable().map(({ slug }) => upstream.find((each) => each.upstream_model === slug));
    const inUse = inOrder.find((each) => each?.state === 'ok' || each?.state === 'probing') ?? inOrder[0];
    return {
      name: definition.name,
      title: definition.title,
      upstream,
      upstream_model: inUse?.upstream_model ?? '',
      state: inUse?.state ?? 'ok',
      context_length: inUse?.context_length ?? definition.contextLength ?? null,
    };
  }

  private listing(
    { slug, upstreamModel }: Place,
    stated: Price | undefined,
  ): Omit<SlugDto, 'upstream_model' | 'provider' | 'state'> {
    const listing = this.catalogue.findPriced(slug, stated);
    return {
      // Only OpenRouter's slugs have the upstream's own names.
      listed:
        slug === upstreamModel && this.catalogue.isKnown ? this.catalogue.find(slug) !== undefined : null,
      price: listing?.price ? perMillion(listing.price) : null,
      context_length: listing?.contextLength ?? null,
      retires_at: listing?.retiresAt ?? null,
    };
  }
}

/** Pico-dollars per token equal dollars per million million tokens. */
function perMillion({ prompt, completion, request }: Price): PriceDto {
  return { prompt: prompt / 1e6, completion: completion / 1e6, request: request / 1e12 };
}
