import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModelRegistry } from './model-registry.service.js';
import { Catalogue } from './openrouter/catalogue.service.js';

/** Warns of slugs in use that will be retired, whenever the catalogue has been read. */
@Injectable()
export class RetirementNotices implements OnModuleInit {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly catalogue: Catalogue,
  ) {}

  onModuleInit(): void {
    this.catalogue.onRead(() => {
      this.catalogue.warnOfRetirement([...new Set(this.registry.all.flatMap(({ slugs }) => slugs.all))]);
    });
  }
}
