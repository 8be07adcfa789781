import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../common/access.decorator.js';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** A key as shown to clients, without its secret and the secret's digest. */
export class KeyDto {
  @ApiProperty({
    description: 'The public part; the value of `key` in rows of the log.',
    example: '3xN0aQ7tLw5d',
  })
  id!: string;

  @ApiProperty({ example: 'alice' })
  name!: string;

  @ApiProperty({ enum: ROLES, example: 'chat' })
  role!: Role;

  @ApiProperty({ type: [String], nullable: true, description: 'null: all models.', example: ['mistral'] })
  models!: readonly string[] | null;

  @ApiProperty({ nullable: true, description: 'Chats per minute; null: no limit.', example: 60 })
  @WholeNumber()
  rpm!: number | null;

  @ApiProperty({
    nullable: true,
    description: 'Tokens per minute; null: no limit.',
    example: 100_000,
  })
  @WholeNumber()
  tpm!: number | null;

  @ApiProperty({
    nullable: true,
    description: 'Parallel chats; null: no limit.',
    example: 8,
  })
  @WholeNumber()
  concurrency!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'US dollars; null: no limit.', example: '5/day' })
  budget!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2027-01-01T00:00:00.000Z' })
  expires_at!: string | null;

  @ApiProperty({ example: '2026-11-24T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  revoked_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'When the secret before the last rotation expires.',
    example: null,
  })
  former_until!: string | null;
}

export class IssuedKeyDto extends KeyDto {
  @ApiProperty({
    description: 'The key itself. It is shown only once and not stored.',
    example: 'parley_3xN0aQ7tLw5d_…',
  })
  key!: string;
}
