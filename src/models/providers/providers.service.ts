import { HttpService } from '@nestjs/axios';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ModelVariables } from '../../config/model-variables.js';
import { SettingsError } from '../../config/settings-error.js';
import { Settings } from '../../config/settings.js';
import { OpenRouterAdapter } from '../openrouter/openrouter.adapter.js';
import { OpenRouterClient } from '../openrouter/openrouter.client.js';
import { UpstreamAdapter } from '../upstream/upstream.adapter.js';
import { UpstreamClient, type Endpoint } from '../upstream/upstream.client.js';
import { dialectOf } from './dialect.js';
import { optionsLeftOut, requestBody } from './request-body.js';

/** The providers for slugs without a module: OpenRouter, and every `PROVIDER_<NAME>_URL`. */
@Injectable()
export class Providers implements OnApplicationShutdown {
  readonly openRouter: OpenRouterAdapter;
  private readonly logger = new Logger(Providers.name);
  private readonly clients: UpstreamClient[] = [];
  private readonly adapters: ReadonlyMap<string, UpstreamAdapter>;

  constructor(
    private readonly http: HttpService,
    private readonly settings: Settings,
    { providers }: ModelVariables,
    openRouter: OpenRouterClient,
  ) {
    this.openRouter = new OpenRouterAdapter(openRouter, settings);
    const { provider } = this.openRouter;
    if (providers.has(provider))
      throw new SettingsError(
        'PROVIDER_OPENROUTER_URL must not be set: use OPENROUTER_BASE_URL for OpenRouter',
      );
    this.adapters = new Map([
      [provider, this.openRouter],
      ...[...providers].map(
        ([name, { URL: url, KEY: key }]) => [name, this.adapter(name, url, key)] as const,
      ),
    ]);
  }

  find(name: string): UpstreamAdapter | undefined {
    return this.adapters.get(name);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private adapter(name: string, url: string, key: string): UpstreamAdapter {
    const dialect = dialectOf(name, url);
    const endpoint: Endpoint = {
      url,
      headers: { ...(key !== '' && { authorization: `Bearer ${key}` }) },
      bodyOf: (call) => {
        const options = optionsLeftOut(call, dialect);
        if (options.length > 0)
          this.logger.debug({ message: 'Options were left out', id: call.id, provider: name, options });
        return requestBody(call, dialect);
      },
    };
    const client = new UpstreamClient(this.http, endpoint, this.settings.CONNECT_TIMEOUT_MS);
    this.clients.push(client);
    return new UpstreamAdapter(name, client, this.settings);
  }
}
