import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type as NestedType } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import type { FieldError } from '../problem.js';

/** Maximum number of errors in one reply: 50,000 unknown fields would make it huge. */
export const MAX_FAULTS = 20;
/** Names come from the client and may be megabytes long. */
const MAX_NAME_LENGTH = 100;
const NESTING = Symbol('what the objects in a field become');

interface Nesting {
  readonly classOf: () => Type<object>;
  /** Maximum number of items; undefined if the field is a single object. */
  readonly maxItems: number | undefined;
  readonly itemName: string;
}

/** Replaces an array sent instead of an object: equally invalid, but class-validator would check all its items. */
const NO_OBJECT: readonly unknown[] = [];

type Fields = Record<string, unknown>;

/** A field with one object of another DTO class. */
export function Nested(classOf: () => Type<object>): PropertyDecorator {
  const message = 'must be an object';
  return applyDecorators(
    nesting({ classOf, maxItems: undefined, itemName: '' }, message),
    IsObject({ message }),
  );
}

/** A field with a list of such objects. A list of more than `maxItems` is refused unread. */
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

/** A request before its rules are checked. */
export interface Draft {
  readonly dto: object;
  /** At most MAX_FAULTS. */
  readonly unknown: readonly FieldError[];
  /** A limit was exceeded, so the rules need not be checked. */
  readonly excess: FieldError | undefined;
}

export const UNKNOWN_FIELD = 'is not a known field';

/**
 * Creates a DTO from a request, with only the fields that its class declares. Values without a class of their own are
 * kept unchanged. class-transformer would copy them and lose properties named `constructor` or `toString`, which a
 * tool schema may have.
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
      // Own properties only: every object has a `constructor`.
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

/** `messages[0].role`; a long name is truncated. */
export function pathTo(parent: string, name: string): string {
  const short = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…`.toWellFormed() : name;
  return parent ? `${parent}.${short}` : short;
}
