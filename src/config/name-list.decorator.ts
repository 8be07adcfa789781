import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';

/** A comma-separated list of names that each match `pattern`; converted to lower case. */
export function NameList(pattern: RegExp, message: string): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.split(',').map((name) => name.trim().toLowerCase()) : value,
    ),
    Matches(pattern, { each: true, message }),
  );
}
