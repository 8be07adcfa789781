import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import {
  CustomToolCallDto,
  FunctionCallDto,
  ImageGenerationCallDto,
  type OutputItemDto,
  OutputMessageDto,
  ReasoningItemDto,
} from './response-item.dto.js';

export const RESPONSE_STATUSES = ['in_progress', 'completed', 'incomplete', 'failed'] as const;

const ITEMS = [
  OutputMessageDto,
  ReasoningItemDto,
  FunctionCallDto,
  CustomToolCallDto,
  ImageGenerationCallDto,
];

export class InputTokensDetailsDto {
  @ApiProperty({ type: 'integer', example: 0 })
  cached_tokens!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  cache_write_tokens!: number;
}

export class OutputTokensDetailsDto {
  @ApiProperty({ type: 'integer', example: 0 })
  reasoning_tokens!: number;
}

/** Tokens as the upstream counts them. */
export class ResponseUsageDto {
  @ApiProperty({ type: 'integer', example: 9 })
  input_tokens!: number;

  @ApiProperty({ type: () => InputTokensDetailsDto })
  input_tokens_details!: InputTokensDetailsDto;

  @ApiProperty({ type: 'integer', example: 47 })
  output_tokens!: number;

  @ApiProperty({ type: () => OutputTokensDetailsDto })
  output_tokens_details!: OutputTokensDetailsDto;

  @ApiProperty({ type: 'integer', example: 56 })
  total_tokens!: number;

  @ApiProperty({
    required: false,
    description: 'Ours: US dollars, where the upstream says.',
    example: 0.0000123,
  })
  cost?: number;
}

export class IncompleteDetailsDto {
  @ApiProperty({ enum: ['max_output_tokens', 'content_filter'] })
  reason!: 'max_output_tokens' | 'content_filter';
}

export class ResponseErrorDto {
  @ApiProperty({ enum: ['server_error', 'rate_limit_exceeded', 'invalid_prompt'] })
  code!: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';

  @ApiProperty({ description: 'What went wrong, for people.' })
  message!: string;
}

/** What was asked, as it was understood. */
export class ResponseSettingsDto {
  @ApiProperty({ type: 'boolean', enum: [false] })
  background!: false;

  @ApiProperty({ type: 'string', nullable: true, example: null })
  instructions!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  max_output_tokens!: number | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, selfRequired: true, example: {} })
  metadata!: Record<string, string>;

  @ApiProperty({ example: true })
  parallel_tool_calls!: boolean;

  @ApiProperty({ type: 'string', nullable: true, example: null })
  previous_response_id!: null;

  @ApiProperty({
    type: 'object',
    properties: {
      effort: { type: 'string', nullable: true },
      summary: { type: 'string', nullable: true },
    },
    example: { effort: null, summary: null },
  })
  reasoning!: { effort: string | null; summary: null };

  @ApiProperty({ type: 'boolean', enum: [false], description: 'Responses are not kept.' })
  store!: false;

  @ApiProperty({ type: 'number', nullable: true, example: null })
  temperature!: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { format: { type: 'text' } },
  })
  text!: object;

  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }],
    example: 'auto',
  })
  tool_choice!: string | object;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  tools!: readonly object[];

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  top_logprobs!: number | null;

  @ApiProperty({ type: 'number', nullable: true, example: null })
  top_p!: number | null;

  @ApiProperty({ enum: ['disabled'] })
  truncation!: 'disabled';

  @ApiProperty({ required: false })
  user?: string;

  @ApiProperty({ required: false })
  safety_identifier?: string;

  @ApiProperty({ required: false })
  prompt_cache_key?: string;

  @ApiProperty({ required: false })
  service_tier?: string;
}

/** An answer in the shape of OpenAI's Responses API. */
@ApiExtraModels(...ITEMS)
export class ResponseDto extends ResponseSettingsDto {
  @ApiProperty({
    description: 'The id of the log row behind OpenAI’s prefix.',
    example: 'resp_01KATXV6Z3E6M3A9V8J6ZB1T5Q',
  })
  id!: string;

  @ApiProperty({ enum: ['response'] })
  object!: 'response';

  @ApiProperty({ type: 'integer', description: 'Unix seconds.', example: 1763918447 })
  created_at!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Unix seconds.', example: 1763918449 })
  completed_at!: number | null;

  @ApiProperty({ enum: RESPONSE_STATUSES, example: 'completed' })
  status!: (typeof RESPONSE_STATUSES)[number];

  @ApiProperty({ description: 'The model that answered.', example: 'mistral' })
  model!: string;

  @ApiProperty({ type: 'array', items: { oneOf: ITEMS.map((item) => ({ $ref: getSchemaPath(item) })) } })
  output!: readonly OutputItemDto[];

  @ApiProperty({ type: () => ResponseErrorDto, nullable: true, example: null })
  error!: ResponseErrorDto | null;

  @ApiProperty({ type: () => IncompleteDetailsDto, nullable: true, example: null })
  incomplete_details!: IncompleteDetailsDto | null;

  @ApiProperty({ type: () => ResponseUsageDto, nullable: true })
  usage!: ResponseUsageDto | null;
}
