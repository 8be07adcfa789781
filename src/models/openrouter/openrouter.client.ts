import { HttpService } from '@nestjs/axios';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { UpstreamClient, type Endpoint } from '../upstream/upstream.client.js';
import { Catalogue } from './catalogue.service.js';
import { openRouterBody } from './openrouter-request.js';

/** The requests to OpenRouter that other providers do not get. */
@Injectable()
export class OpenRouterClient extends UpstreamClient implements OnApplicationShutdown {
  constructor(
    http: HttpService,
    readonly catalogue: Catalogue,
    settings: Settings,
  ) {
    const endpoint: Endpoint = {
      url: settings.OPENROUTER_BASE_URL,
      // OpenRouter shows this title in its lists of apps.
      headers: { authorization: `Bearer ${settings.OPENROUTER_API_KEY}`, 'x-openrouter-title': 'Parley' },
      bodyOf: (call) => openRouterBody(call, catalogue.find(call.upstreamModel)),
      hasBills: true,
    };
    super(http, endpoint, settings.CONNECT_TIMEOUT_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
