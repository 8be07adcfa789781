import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';

/**
 * A key for an Authorization header. Surrounding white space, such as the newline of a file, is dropped. Characters
 * that no key has prevent the start, because every chat would fail.
 */
export function ApiKey(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    // Validation reports the last of these that fails.
    Matches(/^[!-~]*$/, { message: 'must be printable ASCII without white space' }),
    Matches(/^(?!bearer\b)/i, { message: 'must be the key alone, without `Bearer` in front' }),
    Matches(/^(?!["'`])[^]*(?<!["'`])$/, { message: 'must not have quotes around it' }),
  );
}
