import { Inject, Injectable } from '@nestjs/common';
import { openRouterKeyMissing } from '../../config/settings-error.js';
import { Settings } from '../../config/settings.js';
import { UpstreamAdapter } from '../upstream/upstream.adapter.js';
import type { Catalogue } from './catalogue.service.js';
import { OpenRouterClient } from './openrouter.client.js';

/** A model at OpenRouter. A subclass needs only its `@Model(…)`. */
@Injectable()
export class OpenRouterAdapter extends UpstreamAdapter {
  private readonly hasKey: boolean;
  private readonly catalogue: Catalogue;

  constructor(@Inject(OpenRouterClient) client: OpenRouterClient, settings: Settings) {
    super('openrouter', client, settings);
    this.catalogue = client.catalogue;
    this.hasKey = settings.OPENROUTER_API_KEY !== '';
  }

  override slugOf(upstreamModel: string): string {
    return upstreamModel;
  }

  override isListed(upstreamModel: string): boolean | undefined {
    return this.catalogue.isListed(upstreamModel);
  }

  override maxOutput(upstreamModel: string): number | undefined {
    return this.catalogue.find(upstreamModel)?.maxOutput ?? undefined;
  }

  override assertUsable(): void {
    if (!this.hasKey) throw openRouterKeyMissing();
  }
}
