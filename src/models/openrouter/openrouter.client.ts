import { HttpService } from '@nestjs/axios';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { ModelCall } from '../model.types.js';
import { withTokenLimit } from '../token-limit.js';
import { UpstreamClient } from '../upstream/upstream.client.js';
import { Catalogue } from './catalogue.service.js';

/**
 * Prompts are never shortened behind the client's back: OpenRouter's context compression, on by default for small
 * contexts, is off.
 */
const ALWAYS = JSON.stringify({
  stream: true,
  stream_options: { include_usage: true },
  plugins: [{ id: 'context-compression', enabled: false }],
});

/** What OpenRouter is sent that others are not. */
@Injectable()
export class OpenRouterClient extends UpstreamClient implements OnApplicationShutdown {
  constructor(http: HttpService, catalogue: Catalogue, settings: Settings) {
    const endpoint = {
      url: settings.OPENROUTER_BASE_URL,
      // The title names us in OpenRouter's lists of apps.
      headers: { authorization: `Bearer ${settings.OPENROUTER_API_KEY}`, 'x-openrouter-title': 'Parley' },
      bodyOf: (call: ModelCall) => openRouterBody(call, catalogue.find(call.upstreamModel)?.maxOutput),
    };
    super(http, endpoint, settings.CONNECT_TIMEOUT_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}

/** @param maxOutput tokens that the slug can answer at most, as far as that is known: asked for more, some refuse */
function openRouterBody({ upstreamModel, messages, options }: ModelCall, maxOutput?: number | null): string {
  // Not one literal with `...options` in it: 1 µs instead of 5. What is the same for all is encoded once.
  const own = JSON.stringify(
    Object.assign({}, withTokenLimit(options, maxOutput ?? Infinity), { model: upstreamModel, messages }),
  );
  return `${own.slice(0, -1)},${ALWAYS.slice(1)}`;
}
