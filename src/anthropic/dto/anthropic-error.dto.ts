import { ApiProperty } from '@nestjs/swagger';

export const ANTHROPIC_ERROR_TYPES = [
  'invalid_request_error',
  'authentication_error',
  'billing_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
  'rate_limit_error',
  'timeout_error',
  'overloaded_error',
  'api_error',
] as const;

export type AnthropicErrorType = (typeof ANTHROPIC_ERROR_TYPES)[number];

export class AnthropicErrorFieldsDto {
  @ApiProperty({ enum: ANTHROPIC_ERROR_TYPES })
  type!: AnthropicErrorType;

  @ApiProperty({ description: 'A human-readable message: what is wrong, in which field, and how to fix it.' })
  message!: string;

  @ApiProperty({
    type: 'object',
    properties: { error_code: { type: 'string', example: 'invalid_request' } },
    required: ['error_code'],
    selfRequired: true,
    description: 'A stable identifier for programs.',
  })
  details!: { readonly error_code: string };
}

/** A failure in Anthropic's format. */
export class AnthropicErrorDto {
  @ApiProperty({ enum: ['error'] })
  type!: 'error';

  @ApiProperty({ type: () => AnthropicErrorFieldsDto })
  error!: AnthropicErrorFieldsDto;

  @ApiProperty({ description: 'Same as the `X-Request-Id` header.', example: '01KATXV6Z3E6M3A9V8J6ZB1T5Q' })
  request_id!: string;
}
