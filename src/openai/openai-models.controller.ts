import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../common/access.decorator.js';
import type { ModelDto } from '../models/dto/model.dto.js';
import { ModelStates } from '../models/model-states.service.js';
import { OpenAiModelDto, OpenAiModelListDto } from './dto/openai-model.dto.js';
import { unknownModel } from '../chat/model-names.js';
import { ApiOpenAiErrors, MODEL_NOT_FOUND } from './openai.docs.js';

@ApiTags('OpenAI')
@Access('chat')
@Controller('v1/models')
export class OpenAiModelsController {
  /** OpenAI's clients require a time; the only one known is when this service first offered its models. */
  private readonly created = Math.floor(Date.now() / 1000);

  constructor(private readonly states: ModelStates) {}

  /**
   * List the available models in OpenAI's format
   * @remarks The same names as `GET /models`. Calls no model.
   */
  @ApiOpenAiErrors()
  @ApiOkResponse({ type: OpenAiModelListDto })
  @Get()
  list(): OpenAiModelListDto {
    return { object: 'list', data: this.states.all().map((model) => this.toOpenAi(model)) };
  }

  /**
   * Get one model in OpenAI's format
   * @remarks Calls no model.
   */
  @ApiOpenAiErrors(MODEL_NOT_FOUND)
  @ApiOkResponse({ type: OpenAiModelDto })
  @ApiParam({ name: 'model', example: 'llama' })
  @Get(':model')
  find(@Param('model') name: string): OpenAiModelDto {
    const models = this.states.all();
    const model = models.find((candidate) => candidate.name === name);
    if (!model)
      throw unknownModel(
        models.map((known) => known.name),
        'model',
      );
    return this.toOpenAi(model);
  }

  private toOpenAi({ name, upstream_model: slug, upstream }: ModelDto): OpenAiModelDto {
    const [author = '', ...rest] = slug.split('/');
    const provider = upstream.find((each) => each.upstream_model === slug)?.provider;
    const owner = rest.length > 0 ? author : (provider ?? author);
    return { id: name, object: 'model', created: this.created, owned_by: owner };
  }
}
