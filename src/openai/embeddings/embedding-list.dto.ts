import { ApiProperty } from '@nestjs/swagger';
import type { Embedding } from '../../models/model.types.js';

export class EmbeddingDto {
  @ApiProperty({ enum: ['embedding'] })
  object!: 'embedding';

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'The index of the input that the vector belongs to.',
    example: 0,
  })
  index!: number;

  @ApiProperty({
    description: 'The vector, in the requested encoding.',
    oneOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }],
    example: [0.0023, -0.0093, 0.0157],
  })
  embedding!: Embedding;
}

/** Vectors in OpenAI's format. */
export class EmbeddingListDto {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ type: () => [EmbeddingDto] })
  data!: EmbeddingDto[];

  @ApiProperty({ description: 'The model that computed the vectors.', example: 'llama' })
  model!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: 'Tokens and cost as reported by the upstream, with all details that it sent.',
    example: { prompt_tokens: 9, total_tokens: 9, cost: 0.00000018 },
  })
  usage?: Readonly<Record<string, unknown>>;
}
