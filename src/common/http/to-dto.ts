import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type as NestedType } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import type { FieldError } from '../problem.js';

/** Most faults that one reply names: of 50,000 unknown fields, more would only make it large. */
export const MAX_FAULTS = 20;
/** A name is the client's, and may be megabytes long. */
const MAX_NAME_LENGTH = 100;
const NESTING = Symbol('what the objects in a field become');

interface Nesting {
  readonly classOf: () => Type<object>;
  /** Most items; undefined where the field is one object and no list. */
  readonly maxItems: number | undefined;
  readonly itemName: string;
}

/** Stands for an array in place of an object: as wrong, but class-validator would look into every item of that. */
const NO_OBJECT: readonly unknown[] = [];

type Fields = Record<string, unknown>;

/** A field that holds one object of a DTO class of its own. */
export function Nested(classOf: () => Type<object>): PropertyDecorator {
  const message = 'must be an object';
  return applyDecorators(
    nesting({ classOf, maxItems: undefined, itemName: '' }, message),
    IsObject({ message }),
  );
}

/** A field that holds a list of them. More than `maxItems` are refused before any is looked at. */
export function NestedList(
  classOf: () => Type<object>,
  maxItems: number,
  { itemName, message }: { readonly itemName: string; readonly message: string },
): PropertyDecorator {
  return applyDecorators(nesting({ classOf, maxItems, itemName }, message), ApiProperty({ maxItems }));
}

function nesting(how: Nesting, message: string): PropertyDecorator {
  return applyDecorators(
    ValidateNested({ each: how.maxItems !== undefined, message }),
    NestedType(how.classOf),
    Reflect.metadata(NESTING, how),
  );
}

/** What a request becomes before its rules are asked. */
export interface Draft {
  readonly dto: object;
  /** At most MAX_FAULTS. */
  readonly unknown: readonly FieldError[];
  /** Too much of something: then the rules need not be asked. */
  readonly excess: FieldError | undefined;
}

export const UNKNOWN_FIELD = 'is not a known field';

/**
 * Makes a DTO of what a client sent: of the fields that its class declares, and of no others. Values without a class
 * of their own are taken as they are. class-transformer would copy them, and lose what a tool's schema may well have:
 * properties named `constructor` or `toString`.
 */
export function toDto(type: Type<object>, plain: object): Draft {
  const drafting = new Drafting();
  const dto = drafting.build(type, plain, '');
  return { dto, unknown: drafting.unknown, excess: drafting.excess };
}

class Drafting {
  readonly unknown: FieldError[] = [];
  excess: FieldError | undefined;

  build(type: Type<object>, plain: object, path: string): object {
    const dto = new type() as Fields;
    for (const name of Object.keys(plain))
      // Own ones only: every object has a `constructor`.
      if (Object.hasOwn(dto, name)) dto[name] = this.valueOf(name, (plain as Fields)[name], dto, path);
      else if (this.unknown.length < MAX_FAULTS)
        this.unknown.push({ path: pathTo(path, name), message: UNKNOWN_FIELD });
    return dto;
  }

  private valueOf(name: string, value: unknown, dto: object, path: string): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const how = Reflect.getMetadata(NESTING, dto, name) as Nesting | undefined;
    if (!how) return value;
    const at = pathTo(path, name);
    if (!Array.isArray(value)) return this.build(how.classOf(), value, at);
    if (how.maxItems !== undefined && value.length > how.maxItems)
      this.excess ??= { path: at, message: `must have at most ${how.maxItems} ${how.itemName}` };
    if (how.maxItems === undefined || this.excess) return NO_OBJECT;
    return value.map((item: unknown, index) => {
      if (Array.isArray(item)) return NO_OBJECT;
      return isPlainObject(item) ? this.build(how.classOf(), item, `${at}[${index}]`) : item;
    });
  }
}

export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `messages[0].role`; a long name is cut. */
export function pathTo(parent: string, name: string): string {
  const short = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…`.toWellFormed() : name;
  return parent ? `${parent}.${short}` : short;
}
