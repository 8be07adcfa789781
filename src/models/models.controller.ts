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

  /** The models that may be asked, and how each of them is doing. Calls no model. */
  @Get()
  list(): ModelListDto {
    return { data: this.states.all() };
  }
}
