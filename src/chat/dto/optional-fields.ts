import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { isPlainObject } from '../../common/http/to-dto.js';
import { IsFallback, rule } from './chat.validators.js';
import { IfGiven } from './if-given.decorator.js';

/** An optional field. Null counts as absent, because clients of OpenAI's API send it for fields they do not use. */

export function Optional(schema: ApiPropertyOptions, ...rules: PropertyDecorator[]): PropertyDecorator {
  // For an object, `required` would list its properties.
  const required = schema.type === 'object' ? { selfRequired: false } : { required: false };
  // `nullable` has no effect beside `oneOf`, which has no type.
  const nullable = 'oneOf' in schema ? {} : { nullable: true };
  return applyDecorators(
    ApiProperty({ ...schema, ...required, ...nullable } as ApiPropertyOptions),
    IsOptional(),
    ...rules,
  );
}

export function OptionalText(maxLength = 1024): PropertyDecorator {
  const message = `must be a string of at most ${maxLength} characters`;
  return Optional({ type: 'string', maxLength }, IsString({ message }), MaxLength(maxLength, { message }));
}

export function OptionalBoolean(): PropertyDecorator {
  return Optional({ type: 'boolean' }, IsBoolean({ message: 'must be true or false' }));
}

export function OptionalNumber(minimum: number, maximum: number): PropertyDecorator {
  const message = `must be a number from ${minimum} to ${maximum}`;
  return Optional(
    { type: 'number', minimum, maximum },
    IsNumber({}, { message }),
    Min(minimum, { message }),
    Max(maximum, { message }),
  );
}

export function OptionalInteger(minimum: number, maximum: number): PropertyDecorator {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return Optional(
    { type: 'integer', minimum, maximum },
    IsInt({ message }),
    Min(minimum, { message }),
    Max(maximum, { message }),
  );
}

/** ChatService refuses a missing name: it knows the names to suggest. */
export function ModelName(list: '/models' | '/v1/models'): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      required: true,
      type: 'string',
      description: `The name of a registered model: see GET ${list}.`,
      example: 'mistral',
    }),
    IfGiven(),
    IsString({ message: `must be the name of a model: see GET ${list}` }),
  );
}

/** This service's own field in the APIs of others. */
export function OptionalFallback(): PropertyDecorator {
  const description =
    'Not in the original API: models that may answer if `model` cannot. `true` for any, or their names in order.';
  const names = { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 16 } as const;
  return Optional({ description, oneOf: [{ type: 'boolean', enum: [true] }, names] }, IsFallback());
}

/** An object that only the upstream reads; at most `maxChars` characters of JSON. */
export function OptionalObject(maxChars: number): PropertyDecorator {
  const message = `must be an object of at most ${maxChars} characters of JSON`;
  return Optional(
    { type: 'object', additionalProperties: true },
    rule('isObjectWithin', message, (value) => isPlainObject(value) && lengthOf(value) <= maxChars),
  );
}

export function OptionalObjects(maxItems: number, maxChars: number): PropertyDecorator {
  const message = `must be an array of at most ${maxItems} objects, of at most ${maxChars} characters of JSON`;
  return Optional(
    { type: 'array', maxItems, items: { type: 'object', additionalProperties: true } },
    rule(
      'isObjectsWithin',
      message,
      (value) =>
        Array.isArray(value) &&
        value.length <= maxItems &&
        value.every(isPlainObject) &&
        lengthOf(value) <= maxChars,
    ),
  );
}

function lengthOf(value: object): number {
  return JSON.stringify(value).length;
}
