import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../common/access.decorator.js';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

/** A key as it is shown: never its secret, never the digest of it. */
export class KeyDto {
  @ApiProperty({
    description: 'The public part; what rows of the log say in `key`.',
    example: '3xN0aQ7tLw5d',
  })
  id!: string;

  @ApiProperty({ example: 'alice' })
  name!: string;

  @ApiProperty({ enum: ROLES, example: 'chat' })
  role!: Role;

  @ApiProperty({ type: [String], nullable: true, description: 'null: all.', example: ['mistral'] })
  models!: readonly string[] | null;

  @ApiProperty({ nullable: true, description: 'Chats a minute; null: no limit.', example: 60 })
  @WholeNumber()
  rpm!: number | null;

  @ApiProperty({
    nullable: true,
    description: 'Tokens a minute; null: no limit.',
    example: 100_000,
  })
  @WholeNumber()
  tpm!: number | null;

  @ApiProperty({
    nullable: true,
    description: 'Chats at the same time; null: no limit.',
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
    description: 'Until when the secret before the last rotation counts.',
    example: null,
  })
  former_until!: string | null;
}

export class IssuedKeyDto extends KeyDto {
  @ApiProperty({
    description: 'The key itself. It is shown this once, and kept nowhere.',
    example: 'parley_3xN0aQ7tLw5d_…',
  })
  key!: string;
}
