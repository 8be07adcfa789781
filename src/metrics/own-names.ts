import { Injectable } from '@nestjs/common';
import { ModelRegistry } from '../models/model-registry.service.js';
import { OTHER } from './metric-names.js';

/** The provider of every slug that names no other. */
const DEFAULT_PROVIDER = 'openrouter';

/** Lets only names through that the configuration knows, so that the number of time series has a bound. */
@Injectable()
export class OwnNames {
  private slugs: ReadonlySet<string> | undefined;

  constructor(private readonly registry: ModelRegistry) {}

  model(name: string): string {
    return this.registry.get(name) ? name : OTHER;
  }

  slug(slug: string): string {
    return this.known.has(slug) ? slug : OTHER;
  }

  /** Where a slug lives: `ollama` of `qwen3:8b@ollama`. */
  provider(slug: string): string {
    const at = slug.lastIndexOf('@');
    return at > 0 && this.known.has(slug) ? slug.slice(at + 1) : DEFAULT_PROVIDER;
  }

  private get known(): ReadonlySet<string> {
    return (this.slugs ??= new Set(this.registry.all.flatMap(({ slugs }) => slugs.all)));
  }
}
