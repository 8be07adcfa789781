import { Injectable } from '@nestjs/common';
import { ModelRegistry } from '../models/model-registry.service.js';
import { OTHER } from './metric-names.js';

/** The provider of slugs that clients choose themselves. */
const DEFAULT_PROVIDER = 'openrouter';

/** Passes only configured names, so that the number of time series is bounded. */
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

  /** The provider of a slug: `ollama` for `qwen3:8b@ollama`. */
  provider(slug: string): string {
    return this.providers.get(slug) ?? DEFAULT_PROVIDER;
  }

  /** Providers by slug. */
  private get providers(): ReadonlyMap<string, string> {
    const places = () => this.registry.all.flatMap(({ slugs }) => slugs.places);
    return (this.slugs ??= new Map(places().map(({ slug, adapter }) => [slug, adapter.provider])));
  }
}
