import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModelRegistry } from './model-registry.service.js';
import { ModelRouter } from './model-router.service.js';
import { Catalogue } from './openrouter/catalogue.service.js';

/** Compares the slugs in use with what OpenRouter reports: retirements, and chats refused for lack of credit. */
@Injectable()
export class OpenRouterNotices implements OnModuleInit {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly router: ModelRouter,
    private readonly catalogue: Catalogue,
  ) {}

  onModuleInit(): void {
    this.catalogue.onRead(() => {
      this.catalogue.warnOfRetirement([...new Set(this.registry.all.flatMap(({ slugs }) => slugs.all))]);
    });
    this.router.attempts$.subscribe(({ provider, outcome }) => {
      if (provider === 'openrouter') this.catalogue.noteOutcome(outcome);
    });
  }
}
