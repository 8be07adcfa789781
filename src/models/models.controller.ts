import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Access } from '../common/access.decorator.js';
import type { ModelListDto } from './dto/model.dto.js';
import { ModelStates } from './model-states.service.js';
import { Catalogue } from './openrouter/catalogue.service.js';

@ApiTags('Models')
@Access('chat', 'reader')
@Controller('models')
export class ModelsController {
  constructor(
    private readonly states: ModelStates,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * The available models
   * @remarks With the state, price, context length and retirement of each of their slugs. Calls no model.
   */
  @Get()
  list(@Req() { context }: Request): ModelListDto {
    const { keyState, credit } = this.catalogue;
    const account = { key: keyState, credit: credit?.limitRemaining ?? null };
    return { data: this.states.all(), account: context.scope === undefined ? account : null };
  }
}
