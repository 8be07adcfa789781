import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access } from '../common/access.decorator.js';
import type { ModelListDto } from './dto/model.dto.js';
import { ModelStates } from './model-states.service.js';

@ApiTags('Models')
@Access('chat', 'reader')
@Controller('models')
export class ModelsController {
  constructor(private readonly states: ModelStates) {}

  /**
   * The models that may be asked
   * @remarks And how each of their slugs is doing: state, price, context length, retirement. Calls no model.
   */
  @Get()
  list(): ModelListDto {
    return { data: this.states.all() };
  }
}
