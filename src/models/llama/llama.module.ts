import { Module } from '@nestjs/common';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { LlamaAdapter } from './llama.adapter.js';

@Module({ imports: [OpenRouterModule], providers: [LlamaAdapter] })
export class LlamaModule {}
