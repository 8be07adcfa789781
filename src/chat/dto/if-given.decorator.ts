import { ValidateIf } from 'class-validator';

/** Applies the other rules only if the field is given. Unlike IsOptional, treats null as a value, and a wrong one. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
