import { ApiProperty } from '@nestjs/swagger';
import { KeyDto } from './key-reply.dto.js';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

export class RateDto {
  @ApiProperty({ example: 60 })
  @WholeNumber()
  limit!: number;

  @ApiProperty({ example: 59 })
  @WholeNumber()
  remaining!: number;

  @ApiProperty({ description: 'Seconds until it resets.', example: 41 })
  @WholeNumber()
  reset!: number;
}

/** In US dollars. */
export class BudgetDto {
  @ApiProperty({ example: 5 })
  limit!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'null: unknown at the moment, and chats are refused.',
    example: 0.0123,
  })
  spent!: number | null;

  @ApiProperty({ description: 'Held for running chats.', example: 0.0004 })
  held!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'When it resets; null: never.',
    example: '2026-11-25T00:00:00.000Z',
  })
  resets_at!: string | null;
}

export class KeyUseDto {
  @ApiProperty({ type: RateDto, nullable: true, description: 'null: no limit.' })
  requests!: RateDto | null;

  @ApiProperty({ type: RateDto, nullable: true, description: 'null: no limit.' })
  tokens!: RateDto | null;

  @ApiProperty({ description: 'Running chats.', example: 1 })
  @WholeNumber()
  parallel!: number;

  @ApiProperty({ type: BudgetDto, nullable: true, description: 'null: no limit.' })
  budget!: BudgetDto | null;
}

/** A key, and the usage of its limits. */
export class KeyWithUseDto extends KeyDto {
  @ApiProperty({ type: KeyUseDto })
  usage!: KeyUseDto;
}

export class KeyListDto {
  @ApiProperty({ type: [KeyWithUseDto] })
  data!: KeyWithUseDto[];
}
