import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMinSize,
  Equals,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator';
import { IsFallback, IsMessageList, IsStop, IsTokenCount, MESSAGES } from '../../chat/dto/chat.validators.js';
import { IfGiven } from '../../chat/dto/if-given.decorator.js';
import { IgnoreUnknownFields } from '../../common/http/body-validation.pipe.js';
import { Nested, NestedList } from '../../common/http/to-dto.js';
import { CompletionMessageDto } from './completion-message.dto.js';
import { IsNumberBetween, IsResponseFormat, IsToolChoice, IsTools } from './completion.validators.js';

/** Agents have long conversations; the rules of so many messages take some 20 ms. */
const MAX_MESSAGES = 2048;
/** `selfRequired`, as `required` would list properties of it. */
const ANY_OBJECT = { type: 'object', additionalProperties: true, selfRequired: false } as const;

export class StreamOptionsDto {
  /** Send a last chunk with the tokens that the answer took. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  include_usage?: boolean | null;
}

/** The fields of OpenAI's that are known here; others are ignored, and null counts as absent. */
@IgnoreUnknownFields()
export class CompletionRequestDto {
  @ApiProperty({ description: 'The name of a registered model: see GET /v1/models.', example: 'mistral' })
  // A missing one is for ChatService to refuse, which knows the names.
  @IfGiven()
  @IsString({ message: 'must be the name of a model: see GET /v1/models' })
  model!: string;

  /** The conversation so far. */
  @NestedList(() => CompletionMessageDto, MAX_MESSAGES, MESSAGES)
  @ArrayMinSize(1, { message: 'must have at least one message' })
  @IsMessageList()
  messages!: CompletionMessageDto[];

  /** Send the answer as chunks, as server-sent events. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  stream?: boolean | null;

  @ApiProperty({ required: false, type: () => StreamOptionsDto })
  @IsOptional()
  @Nested(() => StreamOptionsDto)
  stream_options?: StreamOptionsDto | null;

  /** Randomness, from 0 to 2. */
  @IsOptional()
  @IsNumberBetween(0, 2)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @IsOptional()
  @IsNumberBetween(0, 1)
  top_p?: number | null;

  /** The most tokens to answer with; the older name. */
  @IsOptional()
  @IsTokenCount()
  max_tokens?: number | null;

  /** The most tokens to answer with, reasoning included. */
  @IsOptional()
  @IsTokenCount()
  max_completion_tokens?: number | null;

  @ApiProperty({
    description: 'Text, or up to four texts, at which the answer ends.',
    required: false,
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, maxItems: 4 }],
  })
  @IsOptional()
  @IsStop()
  stop?: string | string[] | null;

  /** Asks for the same answer to the same request, where the model can. */
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  seed?: number | null;

  @IsOptional()
  @IsNumberBetween(-2, 2)
  presence_penalty?: number | null;

  @IsOptional()
  @IsNumberBetween(-2, 2)
  frequency_penalty?: number | null;

  @ApiProperty({ ...ANY_OBJECT, additionalProperties: { type: 'number' } })
  @IsOptional()
  @IsObject({ message: 'must be an object of token ids and numbers' })
  logit_bias?: Record<string, number> | null;

  /** Send the log probability of each token. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  logprobs?: boolean | null;

  /** And of so many others that could have stood in its place. */
  @IsOptional()
  @IsInt({ message: 'must be a whole number from 0 to 20' })
  @Min(0, { message: 'must be a whole number from 0 to 20' })
  @Max(20, { message: 'must be a whole number from 0 to 20' })
  top_logprobs?: number | null;

  /** Answers per request: one, no more. */
  @IsOptional()
  @Equals(1, { message: 'must be 1: there is one answer to a request here' })
  n?: number | null;

  /** Your name for your own user; passed to the provider. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  user?: string | null;

  /** The newer name of `user`. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  safety_identifier?: string | null;

  /** Ask for JSON, or for JSON of a schema. */
  @ApiProperty(ANY_OBJECT)
  @IsOptional()
  @IsResponseFormat()
  response_format?: Record<string, unknown> | null;

  /** Functions that the model may call. */
  @ApiProperty({ required: false, type: 'array', items: { type: 'object', additionalProperties: true } })
  @IsOptional()
  @IsTools()
  tools?: Record<string, unknown>[] | null;

  @ApiProperty({
    description: 'Whether to call a function, and which.',
    required: false,
    oneOf: [
      { type: 'string', enum: ['none', 'auto', 'required'] },
      { type: 'object', additionalProperties: true },
    ],
  })
  @IsOptional()
  @IsToolChoice()
  tool_choice?: string | Record<string, unknown> | null;

  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  parallel_tool_calls?: boolean | null;

  /** How much a model that thinks may think, as OpenRouter has it. */
  @ApiProperty(ANY_OBJECT)
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  reasoning?: Record<string, unknown> | null;

  /** The same as OpenAI has it: `low`, `medium`, `high`. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  reasoning_effort?: string | null;

  @ApiProperty({
    description:
      'Ours, beside what OpenAI has: models that may answer if `model` cannot. `true` for any, or names in order.',
    required: false,
    oneOf: [
      { type: 'boolean', enum: [true] },
      { type: 'array', items: { type: 'string' } },
    ],
  })
  @IsOptional()
  @IsFallback()
  fallback?: true | string[] | null;
}
