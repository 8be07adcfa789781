import { ApiProperty } from '@nestjs/swagger';

/** Documents a field as an integer; the type `number` alone does not show that. */
export function WholeNumber(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): PropertyDecorator {
  return ApiProperty({ type: 'integer', minimum, maximum });
}
