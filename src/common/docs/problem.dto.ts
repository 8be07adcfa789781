import { ApiProperty } from '@nestjs/swagger';
import { WholeNumber } from './whole-number.decorator.js';

export class FieldErrorDto {
  @ApiProperty({ description: 'Path of the field.', example: 'messages[0].content' })
  path!: string;

  @ApiProperty({ description: 'The rule it breaks.', example: 'must be a string' })
  message!: string;
}

/** A failure in the format of RFC 9457. */
export class ProblemDto {
  @ApiProperty({ example: 'about:blank' })
  type!: string;

  @ApiProperty({ description: 'Reason phrase of the status.', example: 'Bad Request' })
  title!: string;

  @ApiProperty({ example: 400 })
  @WholeNumber(400, 599)
  status!: number;

  @ApiProperty({ description: 'What went wrong and what to do about it.' })
  detail!: string;

  @ApiProperty({ description: 'Stable error code.', example: 'invalid_request' })
  code!: string;

  @ApiProperty({ description: 'Same as the `X-Request-Id` header.', example: '01KATXV6Z3E6M3A9V8J6ZB1T5Q' })
  request_id!: string;

  @ApiProperty({ description: 'Invalid fields.', required: false, type: () => [FieldErrorDto] })
  errors?: FieldErrorDto[];
}
