import { Module } from '@nestjs/common';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { MistralAdapter } from './mistral.adapter.js';

@Module({ imports: [OpenRouterModule], providers: [MistralAdapter] })
export class MistralModule {}
