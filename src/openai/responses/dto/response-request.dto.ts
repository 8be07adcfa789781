import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, Max, Min } from 'class-validator';
import { IsFallback, IsTokenCount } from '../../../chat/dto/chat.validators.js';
import { IfGiven } from '../../../chat/dto/if-given.decorator.js';
import { IgnoreUnknownFields } from '../../../common/http/body-validation.pipe.js';
import { Nested } from '../../../common/http/to-dto.js';
import { IsTools } from '../../dto/completion.validators.js';
import { OptionalNumber } from '../../dto/optional-fields.js';
import { IsMetadata, IsTextOrList, NotServed } from './response.validators.js';

/** `selfRequired`, as `required` would list properties of it. */
const ANY_OBJECT = { type: 'object', additionalProperties: true, selfRequired: false } as const;

export class ResponseReasoningOptionsDto {
  /** How much to think: `none`, `minimal`, `low`, `medium`, `high`, where the model knows it. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  effort?: string | null;
}

export class ResponseTextOptionsDto {
  @ApiProperty({
    ...ANY_OBJECT,
    description: 'Plain text, JSON, or JSON of a schema: `text`, `json_object`, `json_schema`.',
    example: { type: 'text' },
  })
  @IsOptional()
  @IsObject({ message: 'must be an object with a type, such as {"type": "json_object"}' })
  format?: Record<string, unknown> | null;

  /** How long the answer may be: `low`, `medium`, `high`, where the model knows it. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  verbosity?: string | null;
}

/** The fields of OpenAI's that are known here; others are ignored, and null counts as absent. */
@IgnoreUnknownFields()
export class ResponseRequestDto {
  @ApiProperty({ description: 'The name of a registered model: see GET /v1/models.', example: 'mistral' })
  // A missing one is for ChatService to refuse, which knows the names.
  @IfGiven()
  @IsString({ message: 'must be the name of a model: see GET /v1/models' })
  model!: string;

  @ApiProperty({
    description:
      'A text, or the conversation so far as items: messages, function calls and their outputs, reasoning. What is ' +
      'understood of each item is looked at; the rest of it is ignored.',
    oneOf: [
      { type: 'string' },
      { type: 'array', minItems: 1, items: { type: 'object', additionalProperties: true } },
    ],
    example: 'Say hello in one short sentence.',
  })
  @IsTextOrList()
  input!: string | unknown[];

  /** What the model is told before the conversation. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  instructions?: string | null;

  /** Send the answer as events, as it is made. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  stream?: boolean | null;

  /** The most tokens to answer with, reasoning included. */
  @IsOptional()
  @IsTokenCount()
  max_output_tokens?: number | null;

  /** Randomness, from 0 to 2. */
  @OptionalNumber(0, 2)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @OptionalNumber(0, 1)
  top_p?: number | null;

  /** Send the log probability of each token, and of so many others that could have stood in its place. */
  @IsOptional()
  @IsInt({ message: 'must be a whole number from 0 to 20' })
  @Min(0, { message: 'must be a whole number from 0 to 20' })
  @Max(20, { message: 'must be a whole number from 0 to 20' })
  top_logprobs?: number | null;

  @ApiProperty({ required: false, type: () => ResponseTextOptionsDto })
  @IsOptional()
  @Nested(() => ResponseTextOptionsDto)
  text?: ResponseTextOptionsDto | null;

  @ApiProperty({ required: false, type: () => ResponseReasoningOptionsDto })
  @IsOptional()
  @Nested(() => ResponseReasoningOptionsDto)
  reasoning?: ResponseReasoningOptionsDto | null;

  /** Functions and custom tools that the model may call. */
  @ApiProperty({ required: false, type: 'array', items: { type: 'object', additionalProperties: true } })
  @IsOptional()
  @IsTools()
  tools?: Record<string, unknown>[] | null;

  @ApiProperty({
    description: 'Whether to call a tool, and which.',
    required: false,
    oneOf: [
      { type: 'string', enum: ['none', 'auto', 'required'] },
      { type: 'object', additionalProperties: true },
    ],
  })
  @IsOptional()
  tool_choice?: string | Record<string, unknown> | null;

  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  parallel_tool_calls?: boolean | null;

  /**
   * What to add to the answer: `message.output_text.logprobs`, and `reasoning.encrypted_content` for a model that is
   * to go on thinking where it stopped. Others have nothing to add here.
   */
  @ApiProperty({ required: false, type: 'array', items: { type: 'string' } })
  @IsOptional()
  @IsArray({ message: 'must be an array of strings' })
  include?: unknown[] | null;

  /** Up to 16 texts of yours; they come back with the answer. */
  @ApiProperty({ ...ANY_OBJECT, additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsMetadata()
  metadata?: Record<string, string> | null;

  /** Your name for your own user; passed to the provider, and kept in the log. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  user?: string | null;

  /** The newer name of `user`. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  safety_identifier?: string | null;

  @IsOptional()
  @IsString({ message: 'must be a string' })
  prompt_cache_key?: string | null;

  @IsOptional()
  @IsString({ message: 'must be a string' })
  service_tier?: string | null;

  /** Nothing is ever left out of a conversation here: one that is too long is refused. */
  @IsOptional()
  @IsIn(['auto', 'disabled'], { message: 'must be auto or disabled' })
  truncation?: 'auto' | 'disabled' | null;

  /** Responses are never kept, whatever is said here. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  store?: boolean | null;

  /** False: the answer is sent to who asks. */
  @ApiProperty({ required: false, type: 'boolean', enum: [false] })
  @NotServed(
    (value) => value === false,
    'must be false: responses are not kept, so none can be asked for later',
  )
  background?: boolean | null;

  /** Not served. */
  @ApiProperty({ required: false, nullable: true, enum: [null] })
  @NotServed(() => false, 'is not known here: responses are not kept, send the whole conversation as input')
  previous_response_id?: unknown;

  /** Not served. */
  @ApiProperty({ required: false, nullable: true, enum: [null] })
  @NotServed(() => false, 'is not known here: conversations are not kept, send the whole of it as input')
  conversation?: unknown;

  /** Not served. */
  @ApiProperty({ required: false, nullable: true, enum: [null] })
  @NotServed(() => false, 'is not known here: templates are not kept, send instructions and input')
  prompt?: unknown;

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
