import { ApiProperty } from '@nestjs/swagger';

/** What answers at `GET /`. */
export class ServiceInfoDto {
  /** @example "parley" */
  name!: string;

  version!: string;

  @ApiProperty({
    description: 'Paths of the other routes.',
    type: 'object',
    additionalProperties: { type: 'string' },
  })
  links!: Record<string, string>;
}
