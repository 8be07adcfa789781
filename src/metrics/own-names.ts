import { Injectable } from '@nestjs/common';
import { ModelRegistry } from '../models/model-registry.service.js';
import { OTHER } from './metric-names.js';

/** The provider of slugs that clients name by themselves. */
const DEFAULT_PROVIDER = 'openrouter';

/** Lets only names through that the configuration knows, so that the number of time series has a bound. */
@Injectable()
export class OwnNames {
  private slugs: ReadonlyMap<string, string> | undefined;

  constructor(private readonly registry: ModelRegistry) {}

  model(name: string): string {
    return this.registry.get(name) ? name : OTHER;
  }

  slug(slug: string): string {
    return this.providers.has(slug) ? slug : OTHER;
  }

  /** Where a slug lives: `ollama` of `qwen3:8b@ollama`. */
  provider(slug: string): string {
    return this.providers.get(slug) ?? DEFAULT_PROVIDER;
  }

  /** By slug. */
  private get providers(): ReadonlyMap<string, string> {
    const places = () => this.registry.all.flatMap(({ slugs }) => slugs.places);
    return (this.slugs ??= new Map(places().map(({ slug, adapter }) => [slug, adapter.provider])));
  }
}
