import { ApiProperty } from '@nestjs/swagger';

const NULLABLE = { type: 'object', additionalProperties: true, nullable: true, example: null } as const;
const NULLABLE_TEXT = { type: 'string', nullable: true, example: null } as const;
const NULLABLE_COUNT = { type: 'integer', nullable: true, minimum: 0, example: null } as const;

/** A part of an answer. */
export class AnswerBlockDto {
  @ApiProperty({ enum: ['text', 'thinking', 'tool_use'] })
  type!: 'text' | 'thinking' | 'tool_use';

  @ApiProperty({ required: false, description: 'Of a text.', example: 'Hello!' })
  text?: string;

  @ApiProperty({ required: false, description: 'What the model thought, where it says so.' })
  thinking?: string;

  @ApiProperty({ required: false, description: 'Of a thought; empty where the provider signs none.' })
  signature?: string;

  @ApiProperty({ required: false, description: 'Of a call of a tool: its result is sent with it.' })
  id?: string;

  @ApiProperty({ required: false, description: 'The tool that is to be called.' })
  name?: string;

  @ApiProperty({
    required: false,
    description: 'What to call it with: an object, or a string where the model wrote no valid JSON.',
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
  })
  input?: unknown;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: 'Who calls the tool: always `{"type": "direct"}`.',
  })
  caller?: { readonly type: 'direct' };
}

/** Tokens as the upstream counts them. Anthropic's clients want numbers: 0 where it did not say. */
export class MessageUsageDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Without those read from a cache.', example: 9 })
  input_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 47 })
  output_tokens!: number;

  @ApiProperty(NULLABLE_COUNT)
  cache_creation_input_tokens!: number | null;

  @ApiProperty(NULLABLE_COUNT)
  cache_read_input_tokens!: number | null;

  @ApiProperty({ ...NULLABLE, description: '`thinking_tokens`, where the upstream counts them.' })
  output_tokens_details!: { readonly thinking_tokens: number } | null;

  @ApiProperty(NULLABLE)
  cache_creation!: null;

  @ApiProperty(NULLABLE)
  server_tool_use!: null;

  @ApiProperty(NULLABLE_TEXT)
  inference_geo!: null;

  @ApiProperty(NULLABLE_TEXT)
  service_tier!: null;

  @ApiProperty(NULLABLE_TEXT)
  speed!: null;
}

/** An answer in Anthropic's shape. */
export class AnswerMessageDto {
  @ApiProperty({
    description: 'The id of the log row behind Anthropic’s prefix.',
    example: 'msg_01KATXV6Z3E6M3A9V8J6ZB1T5Q',
  })
  id!: string;

  @ApiProperty({ enum: ['message'] })
  type!: 'message';

  @ApiProperty({ enum: ['assistant'] })
  role!: 'assistant';

  @ApiProperty({ description: 'The model that answered.', example: 'mistral' })
  model!: string;

  @ApiProperty({ type: () => [AnswerBlockDto] })
  content!: AnswerBlockDto[];

  @ApiProperty({
    ...NULLABLE_TEXT,
    description: 'Why the answer ended: `end_turn`, `max_tokens`, `stop_sequence`, `tool_use`, `refusal`, …',
    example: 'end_turn',
  })
  stop_reason!: string | null;

  @ApiProperty({ ...NULLABLE_TEXT, description: 'The text that ended it, where the upstream says so.' })
  stop_sequence!: string | null;

  @ApiProperty(NULLABLE)
  stop_details!: null;

  @ApiProperty(NULLABLE)
  container!: null;

  @ApiProperty(NULLABLE)
  diagnostics!: null;

  @ApiProperty({ type: () => MessageUsageDto })
  usage!: MessageUsageDto;
}
