import { ApiProperty } from '@nestjs/swagger';

export class FieldErrorDto {
  @ApiProperty({ description: 'Where in the request.', example: 'messages[0].content' })
  path!: string;

  @ApiProperty({ description: 'What to do about it.', example: 'must be a string' })
  message!: string;
}

/** A failure as RFC 9457 has it. */
export class ProblemDto {
  @ApiProperty({ example: 'about:blank' })
  type!: string;

  @ApiProperty({ description: 'The status in words.', example: 'Bad Request' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ description: 'What was wrong and what to do, for people.' })
  detail!: string;

  @ApiProperty({ description: 'A stable word for programs.', example: 'invalid_request' })
  code!: string;

  @ApiProperty({ description: 'As in X-Request-Id.', example: '01KATXV6Z3E6M3A9V8J6ZB1T5Q' })
  request_id!: string;

  @ApiProperty({ description: 'The fields at fault.', required: false, type: () => [FieldErrorDto] })
  errors?: FieldErrorDto[];
}
