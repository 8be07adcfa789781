import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { Catalogue } from './catalogue.service.js';
import { Generations } from './generations.service.js';
import { OpenRouterClient } from './openrouter.client.js';

/** What an adapter of a model at OpenRouter needs. */
@Module({
  imports: [HttpModule.register({})],
  providers: [OpenRouterClient, Catalogue, Generations],
  exports: [HttpModule, OpenRouterClient, Catalogue, Generations],
})
export class OpenRouterModule {}
