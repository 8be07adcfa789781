import { ApiProperty } from '@nestjs/swagger';

export class OpenAiErrorFieldsDto {
  @ApiProperty({ description: 'A human-readable message: what is wrong and how to fix it.' })
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
    description: 'The invalid field.',
    example: 'messages[0].role',
  })
  param!: string | null;

  @ApiProperty({ description: 'A stable identifier for programs.', example: 'invalid_request' })
  code!: string;
}

/** A failure in OpenAI's format. */
export class OpenAiErrorDto {
  @ApiProperty({ type: () => OpenAiErrorFieldsDto })
  error!: OpenAiErrorFieldsDto;
}
