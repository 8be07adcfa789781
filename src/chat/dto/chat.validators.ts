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

/**
 * Rules for chats that class-validator lacks. Lengths that the operator sets are in chat-limits.ts.
 *
 * Only the first rule that fails is reported. A field's decorators are checked from the bottom up, so the most basic
 * rule comes last. Those within `applyDecorators` are checked in their order there.
 */

/** `holds` is called only if the field is given and no IfGiven or the like excuses it. */
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

/** A string of at least one character. */
export function NonEmptyText(): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a string' }),
    IsNotEmpty({ message: 'must not be empty' }),
    ApiProperty({ type: 'string', minLength: 1 }),
  );
}

/** Not only white space: a model would be paid for an answer to nothing. */
export function NotBlank(): PropertyDecorator {
  return applyDecorators(
    rule('notBlank', 'must not be blank', (text) => typeof text === 'string' && /\S/.test(text)),
    ApiProperty({ pattern: '\\S' }),
  );
}

/** Required unless the other field is given; its other rules always apply. */
export function RequiredUnless(other: string): PropertyDecorator {
  return applyDecorators(
    ValidateIf((object: object, value) => value !== undefined || !given(object, other)),
    rule('requiredUnless', `must be given, or ${other} in its place`, (value) => value !== undefined),
  );
}

export function NotWith(other: string): PropertyDecorator {
  return rule('notWith', `cannot be given together with ${other}`, (_value, object) => !given(object, other));
}

/** How errors describe a list of messages. */
export const MESSAGES = { itemName: 'messages', message: 'must be an object with role and content' };

/** ValidateNested also looks into nested arrays, and would accept a conversation in place of a message. */
export function IsMessageList(): PropertyDecorator {
  return rule(
    'isMessageList',
    'must be an array of messages',
    (value) => Array.isArray(value) && !value.some((item) => Array.isArray(item)),
  );
}

/** Passes a malformed last message: the rules of its fields explain the error better. */
export function EndsWithUser(): PropertyDecorator {
  return rule('endsWithUser', 'must end with a message of role user', (value) => {
    const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
    return !isSaidByAnother(last);
  });
}

function isSaidByAnother(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { role, content } = message as Record<string, unknown>;
  return (role === 'system' || role === 'assistant') && typeof content === 'string' && content !== '';
}

/** `orNone`: an empty list counts as absent. */
export function IsStop({ orNone = false } = {}): PropertyDecorator {
  const message = 'must be a string or an array of 1 to 4 strings, none of them empty';
  return rule('isStop', message, (value) => {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    return (
      texts.length >= (orNone ? 0 : 1) &&
      texts.length <= 4 &&
      texts.every((text) => typeof text === 'string' && text !== '')
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
