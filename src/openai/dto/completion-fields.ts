import { Equals, IsObject } from 'class-validator';
import { IsStop, IsTokenCount } from '../../chat/dto/chat.validators.js';
import { Optional } from '../../chat/dto/optional-fields.js';
import { IsTools } from './completion.validators.js';

const TEXT = { type: 'string', minLength: 1 } as const;

/** A text, or up to four texts, at which an answer ends. */
export function OptionalStop(): PropertyDecorator {
  return Optional({ oneOf: [TEXT, { type: 'array', items: TEXT, maxItems: 4 }] }, IsStop({ orNone: true }));
}

export function OptionalTokenCount(): PropertyDecorator {
  return Optional({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, IsTokenCount());
}

export function OptionalLogitBias(): PropertyDecorator {
  return Optional(
    { type: 'object', additionalProperties: { type: 'number' } },
    IsObject({ message: 'must be an object of token ids and numbers' }),
  );
}

/** Number of answers: only 1 is supported. */
export function OptionalOne(): PropertyDecorator {
  return Optional(
    { type: 'integer', enum: [1] },
    Equals(1, { message: 'must be 1: each request gets exactly one answer' }),
  );
}

export function OptionalTools(): PropertyDecorator {
  return Optional(
    { type: 'array', maxItems: 128, items: { type: 'object', additionalProperties: true } },
    IsTools(),
  );
}
