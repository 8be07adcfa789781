import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, IsIn } from 'class-validator';
import { IsMessageList, IsTokenCount, MESSAGES } from '../../chat/dto/chat.validators.js';
import {
  ModelName,
  Optional,
  OptionalBoolean,
  OptionalFallback,
  OptionalInteger,
  OptionalNumber,
  OptionalObject,
  OptionalText,
} from '../../chat/dto/optional-fields.js';
import { IgnoreUnknownFields } from '../../common/http/body-validation.pipe.js';
import { Nested, NestedList } from '../../common/http/to-dto.js';
import {
  IsBlocks,
  IsOutputConfig,
  IsStopSequences,
  IsThinking,
  IsToolDefinitions,
  IsToolSelection,
} from './messages.validators.js';

/** Agents have long conversations; validating this many messages takes about 20 ms. */
const MAX_MESSAGES = 2048;
const ROLES = ['user', 'assistant', 'system'] as const;
const BLOCKS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;
const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;
/** Ignoring these would change the meaning of the answer. */
const UNSERVED = ['container', 'mcp_servers'];

/** A part of a message: `text`, `image`, `document`, `tool_use`, `tool_result`, `thinking`, … */
export interface ContentBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ToolSelection {
  readonly type: string;
  readonly name?: string;
  readonly disable_parallel_tool_use?: boolean;
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

/** One turn of a conversation in Anthropic's format. */
export class TurnDto {
  /** The role of the message's author. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `must be one of: ${ROLES.join(', ')}` })
  role!: (typeof ROLES)[number];

  @ApiProperty({
    description: 'The content: text, or blocks (text, image, document, tool_use, tool_result).',
    oneOf: [{ type: 'string' }, BLOCKS],
    example: 'Say hello in one short sentence.',
  })
  @IsBlocks()
  content!: string | ContentBlock[];
}

export class MessagesMetadataDto {
  /** Your own identifier for the end user; passed to the provider. */
  @OptionalText()
  user_id?: string | null;
}

/** The supported fields of Anthropic; others are ignored, and null counts as absent. */
@IgnoreUnknownFields(UNSERVED)
export class MessagesRequestDto {
  @ModelName('/v1/models')
  model!: string;

  /** Maximum number of tokens in the answer. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  @IsTokenCount()
  max_tokens!: number;

  /** The conversation so far. */
  @NestedList(() => TurnDto, MAX_MESSAGES, MESSAGES)
  @ArrayMinSize(1, { message: 'must have at least one message' })
  @IsMessageList()
  messages!: TurnDto[];

  /** The system prompt: text, or blocks of text. */
  @Optional({ oneOf: [{ type: 'string' }, BLOCKS] }, IsBlocks())
  system?: string | ContentBlock[] | null;

  /** Send the answer incrementally, as server-sent events. */
  @OptionalBoolean()
  stream?: boolean | null;

  /** Randomness, from 0 to 1. */
  @OptionalNumber(0, 1)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @OptionalNumber(0, 1)
  top_p?: number | null;

  /** Sample only from this many of the most likely tokens. */
  @OptionalInteger(0, Number.MAX_SAFE_INTEGER)
  top_k?: number | null;

  /** Up to four texts at which the answer ends. */
  @Optional({ type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 4 }, IsStopSequences())
  stop_sequences?: string[] | null;

  @Optional({ type: () => MessagesMetadataDto }, Nested(() => MessagesMetadataDto))
  metadata?: MessagesMetadataDto | null;

  /** Functions that the model may call: `{"name", "description", "input_schema"}`. */
  @Optional({ ...BLOCKS, maxItems: 128 }, IsToolDefinitions())
  tools?: Readonly<Record<string, unknown>>[] | null;

  /** Whether the model calls a function, and which one: `{"type": "auto"}`. */
  @Optional(ANY_OBJECT, IsToolSelection())
  tool_choice?: ToolSelection | null;

  /** Whether the model may reason before it answers, and how much. */
  @Optional(ANY_OBJECT, IsThinking())
  thinking?: ThinkingConfig | null;

  /** `effort`, and a JSON schema for the answer as `format`. */
  @Optional(ANY_OBJECT, IsOutputConfig())
  output_config?: OutputConfig | null;

  /** Cache the prompt, at OpenRouter only: `{"type": "ephemeral"}`. Text blocks and tools may have it too. */
  @OptionalObject(1024)
  cache_control?: Record<string, unknown> | null;

  @OptionalFallback()
  fallback?: true | string[] | null;
}
