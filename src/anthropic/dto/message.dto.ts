import { ApiProperty } from '@nestjs/swagger';

const NULLABLE = { type: 'object', additionalProperties: true, nullable: true, example: null } as const;
const NULLABLE_TEXT = { type: 'string', nullable: true, example: null } as const;
const NULLABLE_COUNT = { type: 'integer', nullable: true, minimum: 0, example: null } as const;

/** A part of an answer. */
export class AnswerBlockDto {
  @ApiProperty({ enum: ['text', 'thinking', 'tool_use'] })
  type!: 'text' | 'thinking' | 'tool_use';

  @ApiProperty({ required: false, description: 'The text of a text block.', example: 'Hello!' })
  text?: string;

  @ApiProperty({ required: false, description: 'The model’s reasoning, if reported.' })
  thinking?: string;

  @ApiProperty({ required: false, description: 'The signature of the reasoning; empty if unsigned.' })
  signature?: string;

  @ApiProperty({ required: false, description: 'The id of a tool call; the tool result must name it.' })
  id?: string;

  @ApiProperty({ required: false, description: 'The tool to call.' })
  name?: string;

  @ApiProperty({
    required: false,
    description: 'The input of the call: an object, or a string if the model did not write valid JSON.',
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

/** Tokens as reported by the upstream. Anthropic's clients require numbers: 0 if not reported. */
export class MessageUsageDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Excluding cached tokens.', example: 9 })
  input_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 47 })
  output_tokens!: number;

  @ApiProperty(NULLABLE_COUNT)
  cache_creation_input_tokens!: number | null;

  @ApiProperty(NULLABLE_COUNT)
  cache_read_input_tokens!: number | null;

  @ApiProperty({ ...NULLABLE, description: '`thinking_tokens`, if the upstream reports them.' })
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

/** An answer in Anthropic's format. */
export class AnswerMessageDto {
  @ApiProperty({
    description: 'Anthropic’s prefix followed by the id of the log row.',
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

  @ApiProperty({ ...NULLABLE_TEXT, description: 'The stop sequence that ended it, if reported.' })
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
