import { ApiProperty } from '@nestjs/swagger';

export class OpenAiErrorFieldsDto {
  @ApiProperty({ description: 'What was wrong and what to do, for people.' })
  message!: string;

  @ApiProperty({
    enum: [
      'invalid_request_error',
      'authentication_error',
      'permission_error',
      'rate_limit_error',
      'api_error',
    ],
  })
  type!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The field at fault.',
    example: 'messages[0].role',
  })
  param!: string | null;

  @ApiProperty({ description: 'A stable word for programs.', example: 'invalid_request' })
  code!: string;
}

/** A failure in OpenAI's shape. */
export class OpenAiErrorDto {
  @ApiProperty({ type: () => OpenAiErrorFieldsDto })
  error!: OpenAiErrorFieldsDto;
}
