import { ValidationPipe, type ArgumentMetadata, type Type, type ValidationError } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { ValidatorOptions } from 'class-validator';
import { Problem, type FieldError } from '../problem.js';
import { compileDto, NotUnderstood, type BuildDto } from './compiled-dto.js';

const tolerant = new WeakSet<object>();

/** A DTO whose unknown fields are dropped instead of refused: clients of OpenAI's API send what they like. */
export function IgnoreUnknownFields(): ClassDecorator {
  return (target) => {
    tolerant.add(target);
  };
}

const UNKNOWN_FIELD = 'is not a known field';

const RULES = {
  whitelist: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
} satisfies ValidatorOptions;
const TOLERANT = { ...RULES, transform: true, exceptionFactory: toProblem };
const STRICT = { ...TOLERANT, forbidNonWhitelisted: true };

/** Validates bodies and queries against their DTOs; every fault is a 400 that names the field and what to do. */
@Injectable()
export class BodyValidationPipe extends ValidationPipe {
  private readonly tolerantPipe = new ValidationPipe(TOLERANT);
  private readonly builders = new WeakMap<object, BuildDto>();

  constructor() {
    super(STRICT);
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const type: Type<object> | undefined = metadata.metatype;
    if (metadata.type === 'body') {
      if (!isObject(value)) throw toProblem([]);
      const dto = type && this.builderOf(type)(value);
      if (dto) return Promise.resolve(dto);
    }
    const isTolerant = type !== undefined && tolerant.has(type);
    return isTolerant ? this.tolerantPipe.transform(value, metadata) : super.transform(value, metadata);
  }

  /** Spares a faultless body Nest's pipe: 16 → 1.5 µs and 27 → 1 kB for a short chat. */
  private builderOf(type: Type<object>): BuildDto {
    let build = this.builders.get(type);
    if (!build) this.builders.set(type, (build = compiledIfUnderstood(type)));
    return build;
  }
}

function compiledIfUnderstood(type: Type<object>): BuildDto {
  try {
    return compileDto(type, !tolerant.has(type));
  } catch (error) {
    if (error instanceof NotUnderstood) return () => undefined;
    throw error;
  }
}

/** class-validator would look for the fields in an array, and report the first that is not there. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toProblem(errors: ValidationError[]): Problem {
  const faults = errors.flatMap((error) => flatten(error, ''));
  const [first] = faults;
  const unknown = faults.some(({ message }) => message === UNKNOWN_FIELD);
  return new Problem({
    status: 400,
    code: unknown ? 'unknown_parameter' : 'invalid_request',
    detail: first?.path ? `${first.path} ${first.message}.` : 'The body has to be a JSON object.',
    ...(first && { errors: faults }),
  });
}

function flatten(
  { property, constraints = {}, children = [] }: ValidationError,
  parent: string,
): FieldError[] {
  const path = /^\d+$/.test(property)
    ? `${parent}[${property}]`
    : parent
      ? `${parent}.${property}`
      : property;
  const own = Object.entries(constraints).map(([rule, message]) => ({
    path: path === 'undefined' ? '' : path,
    message: rule === 'whitelistValidation' ? UNKNOWN_FIELD : message,
  }));
  return [...own, ...children.flatMap((child) => flatten(child, path))];
}
