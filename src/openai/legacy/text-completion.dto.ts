import { ApiProperty } from '@nestjs/swagger';

const NUMBERS = { type: 'array', items: { type: 'number' } } as const;

export class TextLogprobsDto {
  @ApiProperty({ type: [String] })
  tokens!: string[];

  @ApiProperty(NUMBERS)
  token_logprobs!: number[];

  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { type: 'object', additionalProperties: { type: 'number' } },
    description: 'The most likely alternatives to each token.',
  })
  top_logprobs!: Readonly<Record<string, number>>[] | null;

  @ApiProperty({ ...NUMBERS, description: 'The character offset of each token in the answer.' })
  text_offset!: number[];
}

export class TextChoiceDto {
  @ApiProperty({ description: 'The answer, after the prompt if `echo` was set.', example: 'Hello!' })
  text!: string;

  @ApiProperty({ type: 'integer', enum: [0] })
  index!: number;

  @ApiProperty({ type: () => TextLogprobsDto, nullable: true })
  logprobs!: TextLogprobsDto | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Why the answer ended.', example: 'stop' })
  finish_reason!: string | null;
}

/** An answer in OpenAI's older format. */
export class TextCompletionDto {
  @ApiProperty({
    description: 'OpenAI’s prefix followed by the id of the log row.',
    example: 'cmpl-01KATXV6Z3E6M3A9V8J6ZB1T5Q',
  })
  id!: string;

  @ApiProperty({ enum: ['text_completion'] })
  object!: 'text_completion';

  @ApiProperty({ type: 'integer', description: 'Unix seconds.', example: 1763918447 })
  created!: number;

  @ApiProperty({ description: 'The model that answered.', example: 'mistral' })
  model!: string;

  @ApiProperty({ type: () => [TextChoiceDto] })
  choices!: TextChoiceDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: 'Tokens and cost as reported by the upstream, with all details that it sent.',
    example: { prompt_tokens: 9, completion_tokens: 47, total_tokens: 56, cost: 0.0000123 },
  })
  usage?: Readonly<Record<string, unknown>>;
}
