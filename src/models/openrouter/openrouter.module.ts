import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { OpenRouterClient } from './openrouter.client.js';

/** What an adapter for a model behind OpenRouter needs. */
@Module({
  imports: [HttpModule.register({})],
  providers: [OpenRouterClient],
  exports: [OpenRouterClient],
})
export class OpenRouterModule {}
