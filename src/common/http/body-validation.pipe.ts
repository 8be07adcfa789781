import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError, type ValidatorOptions } from 'class-validator';
import { Problem, type FieldError } from '../problem.js';
import { changedNumbersIn } from './changed-numbers.js';
import { isPlainObject, MAX_FAULTS, pathTo, toDto } from './to-dto.js';

/** By DTO class: the unknown fields that it refuses nevertheless. */
const tolerant = new WeakMap<object, readonly string[]>();
const ignored = new WeakMap<object, readonly string[]>();

/**
 * A DTO whose unknown fields are dropped instead of refused, as clients of OpenAI's API send many. `unserved` fields
 * are refused: without them the answer would not be what the client asked for.
 */
export function IgnoreUnknownFields(unserved: readonly string[] = []): ClassDecorator {
  return (target) => {
    tolerant.set(target, unserved);
  };
}

/** The paths of the fields that were dropped when `dto` was made; at most 20. */
export function ignoredFields(dto: object): readonly string[] {
  return ignored.get(dto) ?? [];
}

const RULES: ValidatorOptions = {
  // Unknown fields and plain objects are handled before this.
  forbidUnknownValues: false,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
};

/**
 * Validates bodies and queries against their DTOs. Each error is a 400 that names the field and what to do. Nest's
 * ValidationPipe is not used: it strips `constructor` and `__proto__` from nested objects, and accepts unknown fields
 * with such names.
 */
@Injectable()
export class BodyValidationPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !isDto(metatype)) return value;
    if (!isPlainObject(value)) throw toProblem([]);
    const { dto: draft, unknown, excess } = toDto(metatype, value);
    if (excess) throw toProblem([], [excess]);
    // Query values are text; class-transformer converts them to numbers where the class says so.
    const dto = type === 'query' ? plainToInstance(metatype, draft) : draft;
    const errors = validateSync(dto, RULES);
    const refused = refusedFields(metatype, value, unknown);
    if (refused.length > 0) throw toProblem(errors, refused, 'unknown_parameter');
    if (unknown.length > 0)
      ignored.set(
        dto,
        unknown.map(({ path }) => path),
      );
    if (errors.length > 0) throw toProblem(errors);
    const changed = changedNumbersIn(value, dto);
    if (changed.length > 0) throw toProblem([], changed);
    return dto;
  }
}

function refusedFields(
  metatype: Type<object>,
  value: object,
  unknown: readonly FieldError[],
): readonly FieldError[] {
  const unserved = tolerant.get(metatype);
  if (!unserved) return unknown;
  const asked = (name: string) => (value as Readonly<Record<string, unknown>>)[name] ?? false;
  return unserved
    .filter((name) => Object.hasOwn(value, name) && asked(name) !== false)
    .map((path) => ({
      path,
      message: 'is not supported and was refused, because ignoring it would change the answer',
    }));
}

function isDto(metatype: Type<unknown> | undefined): metatype is Type<object> {
  return metatype !== undefined && ![String, Number, Boolean, Array, Object].includes(metatype as never);
}

function toProblem(
  errors: readonly ValidationError[],
  first: readonly FieldError[] = [],
  code = 'invalid_request',
): Problem {
  const faults = [...first];
  for (const error of errors) collect(error, '', faults);
  const [worst] = faults;
  return new Problem({
    status: 400,
    code,
    detail: worst?.path ? `${worst.path} ${worst.message}.` : 'The body must be a JSON object.',
    ...(worst && { errors: faults.slice(0, MAX_FAULTS) }),
  });
}

function collect(
  { property, constraints = {}, children = [] }: ValidationError,
  parent: string,
  faults: FieldError[],
): void {
  if (faults.length >= MAX_FAULTS) return;
  const path = /^\d+$/.test(property) ? `${parent}[${property}]` : pathTo(parent, property);
  for (const message of Object.values(constraints)) faults.push({ path, message });
  for (const child of children) collect(child, path, faults);
}
