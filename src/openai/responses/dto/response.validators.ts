import { applyDecorators } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { rule } from '../../../chat/dto/chat.validators.js';
import { isPlainObject } from '../../../common/http/to-dto.js';

/** What is in the list is for `readInput` to say, which names the place at fault. */
export function IsTextOrList(): PropertyDecorator {
  return rule(
    'isTextOrList',
    'must be a text that is not empty, or an array of items with at least one',
    (value) => (typeof value === 'string' || Array.isArray(value)) && value.length > 0,
  );
}

/** A field of OpenAI's that would change the answer, and cannot do so here. Null counts as absent. */
export function NotServed(harmless: (value: unknown) => boolean, message: string): PropertyDecorator {
  return applyDecorators(IsOptional(), rule('notServed', message, harmless));
}

export function IsMetadata(): PropertyDecorator {
  return rule('isMetadata', 'must be an object of at most 16 texts', (value) => {
    if (!isPlainObject(value)) return false;
    const texts = Object.values(value);
    return texts.length <= 16 && texts.every((text) => typeof text === 'string');
  });
}
