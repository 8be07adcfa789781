import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import {
  CustomToolCallDto,
  FunctionCallDto,
  ImageGenerationCallDto,
  type OutputItemDto,
  OutputMessageDto,
  ReasoningItemDto,
} from './response-item.dto.js';

const ITEMS = [
  OutputMessageDto,
  ReasoningItemDto,
  FunctionCallDto,
  CustomToolCallDto,
  ImageGenerationCallDto,
];
const COUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

export class InputTokensDetailsDto {
  @ApiProperty(COUNT)
  cached_tokens!: number;
  @ApiProperty(COUNT)
  cache_write_tokens!: number;
}

export class OutputTokensDetailsDto {
  @ApiProperty(COUNT)
  reasoning_tokens!: number;
}

/** Tokens as reported by the upstream. */
export class ResponseUsageDto {
  @ApiProperty(COUNT)
  input_tokens!: number;
  input_tokens_details!: InputTokensDetailsDto;
  @ApiProperty(COUNT)
  output_tokens!: number;
  output_tokens_details!: OutputTokensDetailsDto;
  @ApiProperty(COUNT)
  total_tokens!: number;
  /**
   * The cost in US dollars, if the upstream reports it; not part of OpenAI's API.
   * @example 0.0000123
   */
  cost?: number;
}

export class IncompleteDetailsDto {
  reason!: 'max_output_tokens' | 'content_filter';
}

export class ResponseErrorDto {
  code!: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';
  /** A human-readable error message. */
  message!: string;
}

export class ShownReasoningDto {
  effort!: string | null;
  @ApiProperty({ type: 'string', nullable: true, enum: [null] })
  summary!: null;
}

/** The options of the request as they were understood; null: the model's default. */
export class ResponseSettingsDto {
  @ApiProperty({ enum: [false] })
  background!: false;
  instructions!: string | null;
  @ApiProperty({ ...COUNT, nullable: true })
  max_output_tokens!: number | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  metadata!: Record<string, string>;
  parallel_tool_calls!: boolean;
  @ApiProperty({ type: 'string', nullable: true, enum: [null] })
  previous_response_id!: null;
  reasoning!: ShownReasoningDto;
  @ApiProperty({ enum: [false] })
  store!: false;
  temperature!: number | null;
  @ApiProperty(ANY_OBJECT)
  text!: object;
  @ApiProperty({ oneOf: [{ type: 'string' }, ANY_OBJECT] })
  tool_choice!: string | object;
  @ApiProperty({ type: 'array', items: ANY_OBJECT })
  tools!: readonly object[];
  @ApiProperty({ ...COUNT, maximum: 20, nullable: true })
  top_logprobs!: number | null;
  top_p!: number | null;
  truncation!: 'disabled';
  user?: string;
  safety_identifier?: string;
  prompt_cache_key?: string;
  service_tier?: string;
}

/** An answer in the format of OpenAI's Responses API. */
@ApiExtraModels(...ITEMS)
export class ResponseDto extends ResponseSettingsDto {
  /**
   * OpenAI's prefix followed by the id of the log row.
   * @example "resp_01KATXV6Z3E6M3A9V8J6ZB1T5Q"
   */
  id!: string;
  object!: 'response';
  /** Unix seconds. */
  @ApiProperty(COUNT)
  created_at!: number;
  /** Unix seconds. */
  @ApiProperty({ ...COUNT, nullable: true })
  completed_at!: number | null;
  status!: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  /**
   * The model that answered.
   * @example "mistral"
   */
  model!: string;
  @ApiProperty({ type: 'array', items: { oneOf: ITEMS.map((item) => ({ $ref: getSchemaPath(item) })) } })
  output!: readonly OutputItemDto[];
  error!: ResponseErrorDto | null;
  incomplete_details!: IncompleteDetailsDto | null;
  usage!: ResponseUsageDto | null;
}
