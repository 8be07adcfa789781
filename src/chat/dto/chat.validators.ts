import {
  buildMessage,
  IsNotEmpty,
  IsString,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** The rules of a chat that class-validator does not bring. Lengths that the operator sets are in chat-limits.ts. */

/** `holds` is asked only where the field is there and not excused by IfGiven or the like. */
export function rule(
  name: string,
  message: string,
  holds: (value: unknown, object: object) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value, args?: ValidationArguments) => holds(value, args?.object ?? {}),
      defaultMessage: buildMessage(() => message),
    },
  });
}

function given(object: object, field: string): boolean {
  return (object as Record<string, unknown>)[field] !== undefined;
}

/** Text with at least one character. */
export function NonEmptyText(): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a string' }),
    IsNotEmpty({ message: 'must not be empty' }),
    ApiProperty({ type: 'string', minLength: 1 }),
  );
}

/** Needed unless the other field is there; its rules apply wherever it is given. */
export function RequiredUnless(other: string): PropertyDecorator {
  return applyDecorators(
    ValidateIf((object: object, value) => value !== undefined || !given(object, other)),
    rule('requiredUnless', `must be given, or ${other} in its place`, (value) => value !== undefined),
  );
}

export function NotWith(other: string): PropertyDecorator {
  return rule('notWith', `cannot be given together with ${other}`, (_value, object) => !given(object, other));
}

export function EndsWithUser(): PropertyDecorator {
  return rule('endsWithUser', 'must end with a message of role user', (value) => {
    const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
    return typeof last === 'object' && last !== null && 'role' in last && last.role === 'user';
  });
}

export function IsStop(): PropertyDecorator {
  const message = 'must be a string or an array of 1 to 4 strings, none of them empty';
  return rule('isStop', message, (value) => {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    return (
      texts.length >= 1 && texts.length <= 4 && texts.every((text) => typeof text === 'string' && text !== '')
    );
  });
}

export function IsFallback(): PropertyDecorator {
  const message = 'must be true or an array of 1 to 16 model names: see GET /models';
  return rule('isFallback', message, (value) => {
    if (value === true) return true;
    return (
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= 16 &&
      value.every((name) => typeof name === 'string')
    );
  });
}

export function IsTokenCount(): PropertyDecorator {
  return rule(
    'isTokenCount',
    'must be a whole number of at least 1',
    (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  );
}
