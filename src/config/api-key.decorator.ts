import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';

/**
 * A key as it goes into an Authorization header. White space around it, such as the newline of a file, is dropped;
 * what cannot be part of a key stops the start, as every chat would fail of it.
 */
export function ApiKey(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    // In this order validation reports the last one that fails.
    Matches(/^[!-~]*$/, { message: 'must be printable ASCII without white space inside' }),
    Matches(/^(?!bearer\b)/i, { message: 'must be the key alone, without `Bearer` in front' }),
    Matches(/^(?!["'`])[^]*(?<!["'`])$/, { message: 'must not have quotes around it' }),
  );
}
