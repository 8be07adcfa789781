import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { LlamaModule } from './llama/llama.module.js';
import { MistralModule } from './mistral/mistral.module.js';
import { ModelRegistry } from './model-registry.service.js';
import { ModelStates } from './model-states.service.js';
import { ModelRouter } from './model-router.service.js';
import { SlugBreakers } from './slug-breakers.service.js';
import { OpenRouterModule } from './openrouter/openrouter.module.js';
import { Providers } from './providers/providers.service.js';
import { OpenRouterNotices } from './openrouter-notices.service.js';
import { ModelsController } from './models.controller.js';
import { ModelsHealth } from './models.health.js';

/** To add a model, add its folder and import its module here. */
@Module({
  imports: [
    DiscoveryModule,
    TerminusModule.forRoot({ logger: false }),
    OpenRouterModule,
    MistralModule,
    LlamaModule,
  ],
  controllers: [ModelsController],
  providers: [
    ModelRegistry,
    ModelRouter,
    ModelStates,
    Providers,
    SlugBreakers,
    ModelsHealth,
    OpenRouterNotices,
  ],
  exports: [ModelRegistry, ModelRouter, ModelStates, ModelsHealth],
})
export class ModelsModule {}
