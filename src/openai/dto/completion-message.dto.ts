import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsIn, IsString } from 'class-validator';
import type { ContentPart, ToolCall } from '../../models/model.types.js';
import {
  IsFunctionCallMade,
  IsMessageContent,
  IsToolCalls,
  RequiredOf,
  type FunctionCall,
} from './completion.validators.js';
import { Optional } from '../../chat/dto/optional-fields.js';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
const OBJECTS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;
const TEXT = { type: 'string' } as const;

/** One message of a conversation in OpenAI's format. Unknown fields are dropped. */
export class CompletionMessageDto {
  /** The role of the message's author. `function` is the older name of `tool`. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `must be one of: ${ROLES.join(', ')}` })
  role!: (typeof ROLES)[number];

  @ApiProperty({
    description: 'The content: text, or parts (text, images, …). Null only with tool calls.',
    required: false,
    oneOf: [
      { type: 'string', nullable: true },
      { type: 'array', items: { type: 'object', additionalProperties: true } },
    ],
    example: 'Say hello in one short sentence.',
  })
  @IsMessageContent()
  content?: string | ContentPart[] | null;

  /** Distinguishes authors with the same role; in a message of role `function`, the name of the function. */
  @ApiProperty({ required: false, nullable: true, ...TEXT })
  @RequiredOf('function', 'the name of the function that it comes from')
  name?: string | null;

  /** The tool calls of an earlier answer, unchanged. */
  @Optional(OBJECTS, IsToolCalls())
  tool_calls?: ToolCall[] | null;

  /** The older form of `tool_calls`. */
  @Optional({ type: 'object', additionalProperties: true }, IsFunctionCallMade())
  function_call?: FunctionCall | null;

  /** The id of the call that a message of role `tool` answers. */
  @ApiProperty({ required: false, nullable: true, ...TEXT })
  @RequiredOf('tool', 'the id of the call it answers')
  tool_call_id?: string | null;

  /** The refusal of an earlier answer, unchanged. */
  @Optional(TEXT, IsString({ message: 'must be a string' }))
  refusal?: string | null;

  /** The reasoning of an earlier answer, unchanged. */
  @Optional(TEXT, IsString({ message: 'must be a string' }))
  reasoning?: string | null;

  /** The reasoning in OpenRouter's detailed format, from which a reasoning model continues. */
  @Optional(OBJECTS, IsArray({ message: 'must be an array' }))
  reasoning_details?: unknown[] | null;
}
