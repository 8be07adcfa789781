import { ApiProperty } from '@nestjs/swagger';
import type { Embedding } from '../../models/model.types.js';

export class EmbeddingDto {
  @ApiProperty({ enum: ['embedding'] })
  object!: 'embedding';

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Of the input that it is the vector of.',
    example: 0,
  })
  index!: number;

  @ApiProperty({
    description: 'The vector, in the encoding that was asked for.',
    oneOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }],
    example: [0.0023, -0.0093, 0.0157],
  })
  embedding!: Embedding;
}

/** Vectors in OpenAI's shape. */
export class EmbeddingListDto {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ type: () => [EmbeddingDto] })
  data!: EmbeddingDto[];

  @ApiProperty({ description: 'The model that made them.', example: 'llama' })
  model!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: 'Tokens and cost as the upstream counts them, with all details it sent.',
    example: { prompt_tokens: 9, total_tokens: 9, cost: 0.00000018 },
  })
  usage?: Readonly<Record<string, unknown>>;
}
