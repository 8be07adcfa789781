import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { UpstreamAdapter } from '../upstream/upstream.adapter.js';
import { OpenRouterClient } from './openrouter.client.js';

/** A model behind OpenRouter. A subclass needs nothing but its `@Model(…)`. */
@Injectable()
export abstract class OpenRouterAdapter extends UpstreamAdapter {
  constructor(@Inject(OpenRouterClient) client: OpenRouterClient, settings: Settings) {
    super(client, settings);
  }
}
