import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { Catalogue } from './catalogue.service.js';
import { OpenRouterClient } from './openrouter.client.js';

/** What an adapter for a model behind OpenRouter needs. */
@Module({
  imports: [HttpModule.register({})],
  providers: [OpenRouterClient, Catalogue],
  exports: [OpenRouterClient, Catalogue],
})
export class OpenRouterModule {}
