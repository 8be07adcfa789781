import { ApiProperty } from '@nestjs/swagger';

/** Documents a field as an integer: of a `number` the documentation cannot know it. */
export function WholeNumber(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): PropertyDecorator {
  return ApiProperty({ type: 'integer', minimum, maximum });
}
