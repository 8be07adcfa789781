import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsIn, IsOptional, IsString } from 'class-validator';
import type { ContentPart, ToolCall } from '../../models/model.types.js';
import { IsMessageContent, IsToolCalls, RequiredOfTools } from './completion.validators.js';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/** One message of a conversation in OpenAI's shape. Fields that are not here are dropped. */
export class CompletionMessageDto {
  /** Who speaks. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `must be one of: ${ROLES.join(', ')}` })
  role!: (typeof ROLES)[number];

  @ApiProperty({
    description: 'What is said: text, or parts (text, images, …). Null only beside tool calls.',
    nullable: true,
    required: false,
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object', additionalProperties: true } }],
    example: 'Say hello in one short sentence.',
  })
  @IsMessageContent()
  content?: string | ContentPart[] | null;

  /** Tells speakers of the same role apart. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  name?: string | null;

  /** The tool calls of an earlier answer, as they came. */
  @ApiProperty({ required: false, type: 'array', items: { type: 'object', additionalProperties: true } })
  @IsOptional()
  @IsToolCalls()
  tool_calls?: ToolCall[] | null;

  /** Which call a message of role tool answers. */
  @ApiProperty({ required: false, type: 'string' })
  @RequiredOfTools()
  tool_call_id?: string | null;

  /** The refusal of an earlier answer, as it came. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  refusal?: string | null;

  /** The reasoning of an earlier answer, as it came. */
  @IsOptional()
  @IsString({ message: 'must be a string' })
  reasoning?: string | null;

  /** The same as OpenRouter details it; a model that thinks goes on from there. */
  @ApiProperty({ required: false, type: 'array', items: { type: 'object', additionalProperties: true } })
  @IsOptional()
  @IsArray({ message: 'must be an array' })
  reasoning_details?: unknown[] | null;
}
