import { ApiProperty } from '@nestjs/swagger';
import type { ToolCall } from '../../models/model.types.js';
import type { FunctionCall } from './completion.validators.js';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

const LIST = {
  required: false,
  type: 'array',
  items: { type: 'object', additionalProperties: true },
} as const;

export class CompletionReplyMessageDto {
  @ApiProperty({ enum: ['assistant'] })
  role!: 'assistant';

  @ApiProperty({ type: 'string', nullable: true, description: 'The answer.', example: 'Hello!' })
  content!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why the model refused to answer.',
    example: null,
  })
  refusal!: string | null;

  @ApiProperty({ ...LIST, description: 'Functions that the model wants to call.' })
  tool_calls?: readonly ToolCall[];

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: true,
    description: 'The older form of `tool_calls`, for requests with `functions`.',
  })
  function_call?: Partial<FunctionCall>;

  @ApiProperty({ required: false, description: 'The model’s reasoning, if reported.' })
  reasoning?: string;

  @ApiProperty({ ...LIST, description: 'The reasoning in detail; send it back with the next message.' })
  reasoning_details?: readonly unknown[];

  @ApiProperty({ ...LIST, description: 'Images that the model generated.' })
  images?: readonly unknown[];

  @ApiProperty({ ...LIST, description: 'Sources that the model cites.' })
  annotations?: readonly unknown[];
}

export class CompletionChoiceDto {
  @ApiProperty({ example: 0 })
  @WholeNumber()
  index!: number;

  @ApiProperty({ type: () => CompletionReplyMessageDto })
  message!: CompletionReplyMessageDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Log probabilities, if requested.',
    example: null,
  })
  logprobs!: object | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Why the answer ended.', example: 'stop' })
  finish_reason!: string | null;
}

/** An answer in OpenAI's format. */
export class CompletionDto {
  @ApiProperty({
    description: 'OpenAI’s prefix followed by the id of the log row.',
    example: 'chatcmpl-01KATXV6Z3E6M3A9V8J6ZB1T5Q',
  })
  id!: string;

  @ApiProperty({ enum: ['chat.completion'] })
  object!: 'chat.completion';

  @ApiProperty({ description: 'Unix seconds.', example: 1763918447 })
  @WholeNumber()
  created!: number;

  @ApiProperty({ description: 'The model that answered.', example: 'mistral' })
  model!: string;

  @ApiProperty({ type: 'string', nullable: true, example: null })
  system_fingerprint!: string | null;

  @ApiProperty({ type: () => [CompletionChoiceDto] })
  choices!: CompletionChoiceDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: 'Tokens and cost as reported by the upstream, with all details that it sent.',
    example: { prompt_tokens: 9, completion_tokens: 47, total_tokens: 56, cost: 0.0000123 },
  })
  usage?: Readonly<Record<string, unknown>>;
}
