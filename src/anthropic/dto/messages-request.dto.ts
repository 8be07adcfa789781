import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { IsFallback, IsMessageList, IsTokenCount, MESSAGES } from '../../chat/dto/chat.validators.js';
import { IfGiven } from '../../chat/dto/if-given.decorator.js';
import { IgnoreUnknownFields } from '../../common/http/body-validation.pipe.js';
import { Nested, NestedList } from '../../common/http/to-dto.js';
import {
  IsBlocks,
  IsOutputConfig,
  IsShare,
  IsStopSequences,
  IsThinking,
  IsToolDefinitions,
  IsToolSelection,
  NotServed,
} from './messages.validators.js';

/** Agents have long conversations; the rules of so many messages take some 20 ms. */
const MAX_MESSAGES = 2048;
const ROLES = ['user', 'assistant', 'system'] as const;
const BLOCKS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;
/** `selfRequired`, as `required` would list properties of it. */
const ANY_OBJECT = { type: 'object', additionalProperties: true, selfRequired: false } as const;

/** A part of a message: `text`, `image`, `document`, `tool_use`, `tool_result`, `thinking`, … */
export interface ContentBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ThinkingConfig {
  readonly type: 'enabled' | 'adaptive' | 'disabled';
  readonly budget_tokens?: number;
  readonly display?: string | null;
}

export interface OutputConfig {
  readonly effort?: string | null;
  readonly format?: { readonly type: 'json_schema'; readonly schema: object } | null;
}

/** One turn of a conversation in Anthropic's shape. */
export class TurnDto {
  /** Who speaks. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `must be one of: ${ROLES.join(', ')}` })
  role!: (typeof ROLES)[number];

  @ApiProperty({
    description: 'What is said: text, or blocks (text, image, document, tool_use, tool_result).',
    oneOf: [{ type: 'string' }, BLOCKS],
    example: 'Say hello in one short sentence.',
  })
  @IsBlocks()
  content!: string | ContentBlock[];
}

export class MessagesMetadataDto {
  /** Your name for your own user; passed to the provider. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  user_id?: string | null;
}

/** The fields of Anthropic's that are known here; others are ignored, and null counts as absent. */
@IgnoreUnknownFields()
export class MessagesRequestDto {
  @ApiProperty({ description: 'The name of a registered model: see GET /v1/models.', example: 'mistral' })
  // A missing one is for ChatService to refuse, which knows the names.
  @IfGiven()
  @IsString({ message: 'must be the name of a model: see GET /v1/models' })
  model!: string;

  /** The most tokens to answer with. */
  @IsTokenCount()
  max_tokens!: number;

  /** The conversation so far. */
  @NestedList(() => TurnDto, MAX_MESSAGES, MESSAGES)
  @ArrayMinSize(1, { message: 'must have at least one message' })
  @IsMessageList()
  messages!: TurnDto[];

  @ApiProperty({
    description: 'The system prompt: text, or blocks of text.',
    required: false,
    oneOf: [{ type: 'string' }, BLOCKS],
  })
  @IsOptional()
  @IsBlocks()
  system?: string | ContentBlock[] | null;

  /** Send the answer piece by piece, as server-sent events. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  stream?: boolean | null;

  /** Randomness, from 0 to 1. */
  @IsOptional()
  @IsShare()
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @IsOptional()
  @IsShare()
  top_p?: number | null;

  /** Choose among so many of the likeliest tokens only. */
  @IsOptional()
  @IsInt({ message: 'must be a whole number of at least 0' })
  @Min(0, { message: 'must be a whole number of at least 0' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be a whole number of at least 0' })
  top_k?: number | null;

  @ApiProperty({
    description: 'Up to four texts at which the answer ends.',
    required: false,
    type: 'array',
    items: { type: 'string' },
    maxItems: 4,
  })
  @IsOptional()
  @IsStopSequences()
  stop_sequences?: string[] | null;

  @ApiProperty({ required: false, type: () => MessagesMetadataDto })
  @IsOptional()
  @Nested(() => MessagesMetadataDto)
  metadata?: MessagesMetadataDto | null;

  /** Functions that the model may call: `{"name", "description", "input_schema"}`. */
  @ApiProperty({ required: false, ...BLOCKS })
  @IsOptional()
  @IsToolDefinitions()
  tools?: Readonly<Record<string, unknown>>[] | null;

  @ApiProperty({ ...ANY_OBJECT, description: 'Whether to call a function, and which: `{"type": "auto"}`.' })
  @IsOptional()
  @IsToolSelection()
  tool_choice?: {
    readonly type: string;
    readonly name?: string;
    readonly disable_parallel_tool_use?: boolean;
  } | null;

  @ApiProperty({ ...ANY_OBJECT, description: 'Whether the model may think before it answers, and how much.' })
  @IsOptional()
  @IsThinking()
  thinking?: ThinkingConfig | null;

  @ApiProperty({ ...ANY_OBJECT, description: '`effort`, and a JSON schema for the answer as `format`.' })
  @IsOptional()
  @IsOutputConfig()
  output_config?: OutputConfig | null;

  @ApiProperty({ ...ANY_OBJECT, description: 'Refused: there are no containers here.' })
  @IsOptional()
  @NotServed('there are no containers here')
  container?: unknown;

  @ApiProperty({ ...BLOCKS, required: false, description: 'Refused: no other servers are called here.' })
  @IsOptional()
  @NotServed('no other servers are called here')
  mcp_servers?: unknown;

  @ApiProperty({
    description:
      'Ours, beside what Anthropic has: models that may answer if `model` cannot. `true` for any, or names in order.',
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
