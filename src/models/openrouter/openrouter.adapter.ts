import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { ModelAdapter } from '../model.adapter.js';
import type { ChatEventBatch, ModelCall } from '../model.types.js';
import { OpenRouterCall } from './openrouter-call.js';
import { OpenRouterClient } from './openrouter.client.js';

/** A model behind OpenRouter. A subclass needs nothing but its `@Model(…)`. */
@Injectable()
export abstract class OpenRouterAdapter extends ModelAdapter {
  constructor(
    private readonly client: OpenRouterClient,
    private readonly settings: Settings,
  ) {
    super();
  }

  override stream(call: ModelCall, signal: AbortSignal): AsyncIterable<ChatEventBatch> {
    return new OpenRouterCall(this.client, this.settings).events(call, signal);
  }
}
