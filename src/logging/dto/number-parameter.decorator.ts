import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

const NUMBER = /^\d{1,15}(\.\d{1,9})?$/;

/** Stays what it is unless it is one plain number: `Number` would take `['5']`, `''` and `0x10` for one. */
const toNumber = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;

/** A number in the query string. */
export function NumberParameter(min: number, max: number): PropertyDecorator {
  const message = `must be a number from ${min} to ${max}`;
  return applyDecorators(
    Transform(toNumber),
    IsNumber({}, { message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** A whole number in the query string. */
export function CountParameter(min: number, max: number): PropertyDecorator {
  const message = `must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    Transform(toNumber),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}
