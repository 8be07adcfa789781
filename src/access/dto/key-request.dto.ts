import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { ROLES, type Role } from '../../common/access.decorator.js';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

const NUMBER = { message: 'must be a whole number from 0, or null for no limit' };
const MOST = 1_000_000_000_000;

class KeyTermsDto {
  @ApiPropertyOptional({ enum: ROLES, default: 'chat' })
  @IsOptional()
  @IsIn(ROLES, { message: `must be one of ${ROLES.join(', ')}` })
  role?: Role;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'The only models that it may use; null: all.',
  })
  @IsOptional()
  @Length(1, 64, { each: true, message: 'must hold names of models' })
  @IsString({ each: true, message: 'must hold names of models' })
  @ArrayMaxSize(256, { message: 'must hold at most 256 names' })
  @IsArray({ message: 'must be an array of names of models, or null' })
  models?: string[] | null;

  @ApiPropertyOptional({ nullable: true, description: 'Chats per minute.', example: 60 })
  @IsOptional()
  @Min(0, NUMBER)
  @Max(MOST, NUMBER)
  @IsInt(NUMBER)
  @WholeNumber(0, MOST)
  rpm?: number | null;

  @ApiPropertyOptional({ nullable: true, description: 'Tokens per minute.', example: 100_000 })
  @IsOptional()
  @Min(0, NUMBER)
  @Max(MOST, NUMBER)
  @IsInt(NUMBER)
  @WholeNumber(0, MOST)
  tpm?: number | null;

  @ApiPropertyOptional({ nullable: true, description: 'Parallel chats.', example: 8 })
  @IsOptional()
  @Min(0, NUMBER)
  @Max(MOST, NUMBER)
  @IsInt(NUMBER)
  @WholeNumber(0, MOST)
  concurrency?: number | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'US dollars, per `day` or `month` (UTC) or in total.',
    example: '5/day',
  })
  @IsOptional()
  @Matches(/^\d{1,6}(\.\d{1,9})?(\/(day|month|total))?$/, { message: 'must be like 5/day, 20/month or 100' })
  @IsString({ message: 'must be like 5/day, 20/month or 100' })
  budget?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'The key is refused from this time on.',
    example: '2027-01-01',
  })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/, {
    message: 'must be a date such as 2027-01-01',
  })
  @IsString({ message: 'must be a date such as 2027-01-01' })
  expires?: string | null;
}

/** null removes a limit. Absent fields are not changed. */
export class KeyChangeDto extends KeyTermsDto {
  @ApiPropertyOptional({ description: 'A human-readable name; need not be unique.', example: 'alice' })
  @IsOptional()
  @Length(1, 200, { message: 'must have 1 to 200 characters' })
  @IsString({ message: 'must be a string' })
  name?: string;
}

export class KeyCreationDto extends KeyTermsDto {
  @ApiProperty({ description: 'A human-readable name; need not be unique.', example: 'alice' })
  @Length(1, 200, { message: 'must have 1 to 200 characters' })
  @IsString({ message: ({ value }) => (value === undefined ? 'must be given' : 'must be a string') })
  name!: string;
}

export class KeyRotationDto {
  @ApiPropertyOptional({
    type: String,
    description: 'How long the old secret stays valid.',
    default: '24h',
    example: '24h',
  })
  @IsOptional()
  @Matches(/^(0|\d{1,6}[smhd])$/, { message: 'must be a time such as 24h, 30m or 0' })
  @IsString({ message: 'must be a time such as 24h, 30m or 0' })
  grace = '24h';
}
