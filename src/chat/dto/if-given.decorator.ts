import { ValidateIf } from 'class-validator';

/** The other rules apply only where the field is there. Unlike IsOptional, null is a value, and a wrong one. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
