import { IsIn, IsOptional, IsString, Length } from 'class-validator';

/** A vote on an answer. */
export class ScoreDto {
  /**
   * 1: good. -1: bad. 0: takes a vote back.
   * @example 1
   */
  @IsIn([-1, 0, 1], { message: 'must be -1, 0 or 1' })
  score!: -1 | 0 | 1;

  /**
   * The reason.
   * @example "Knew the right date."
   */
  @IsOptional()
  @Length(1, 2000, { message: 'must have 1 to 2000 characters' })
  @IsString({ message: 'must be a string' })
  comment?: string;
}
