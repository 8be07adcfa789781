import type { Type } from '@nestjs/common';
import { TransformationType, type TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage as transforms } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes, type MetadataStorage } from 'class-validator';

/** The DTO, if the body is faultless. Else undefined: class-validator has to say what is wrong, or that nothing is. */
export type BuildDto = (body: object) => object | undefined;

/** A class with rules that only class-validator and class-transformer know how to follow. */
export class NotUnderstood extends Error {}

type Fields = Record<string, unknown>;
type Metadata = ReturnType<MetadataStorage['getTargetValidationMetadatas']>[number];
type Check = (dto: object, value: unknown) => unknown;

interface Field {
  readonly name: string;
  /** All have to hold for the rules to apply. */
  readonly conditions: readonly Check[];
  readonly rules: readonly Check[];
  readonly buildNested: BuildDto | undefined;
}

/**
 * What class-transformer and class-validator do with a JSON body, from their metadata and with their constraints, but
 * thought out once for a class and not for each body. Throws NotUnderstood.
 *
 * Values without a class of their own are taken as they are. A copy of them would cost, and lose names such as
 * `constructor` and `toString`: properties like any other in the schema of a tool. A rule about a nested DTO sees its
 * known fields only.
 */
export function compileDto(type: Type<object>, strict: boolean, within: readonly Type[] = []): BuildDto {
  insist(!within.includes(type), 'a class within itself');
  checkClass(type);
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  insist(metadatas.length > 0, 'a class without rules');
  const compileNested = (nested: Type<object>) => compileDto(nested, strict, [...within, type]);
  const fields = new Map<string, Field>();
  for (const { propertyName: name } of metadatas)
    if (!fields.has(name)) fields.set(name, compileField(name, type, metadatas, compileNested));
  for (const [name, value] of Object.entries(new type())) checkInitial(value, fields.get(name));
  return builderOf(type, fields, strict);
}

function insist(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new NotUnderstood(otherwise);
}

function checkClass(type: Type<object>): void {
  const { prototype } = type as { prototype: object };
  for (let at: object | null = prototype; at && at !== Object.prototype; at = prototypeOf(at))
    insist(Object.getOwnPropertyNames(at).length === 1, 'methods and accessors');
  insist(
    transforms.getStrategy(type) === 'none' &&
      transforms.getExposedMetadatas(type).length === 0 &&
      transforms.getExcludedMetadatas(type).length === 0,
    '@Expose and @Exclude',
  );
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

function checkInitial(value: unknown, field: Field | undefined): void {
  insist(field !== undefined, 'a field without rules');
  insist(typeof value !== 'function', 'a function, which is never overwritten');
  insist(value === undefined || !field.buildNested, 'a nested DTO that the class brings along');
}

function compileField(
  name: string,
  type: Type<object>,
  all: readonly Metadata[],
  compileNested: (nested: Type<object>) => BuildDto,
): Field {
  insist(!isDropped(name), 'a name that class-transformer drops');
  const transformed = transforms.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS);
  insist(transformed.length === 0, '@Transform');
  const own = all.filter(({ propertyName }) => propertyName === name);
  own.forEach(checkRule);
  const of = (kind: string) => own.filter((metadata) => metadata.type === kind);
  const nested = nestedType(name, type);
  const isValidated = of(ValidationTypes.NESTED_VALIDATION).length > 0;
  insist(isValidated === (nested !== undefined), '@Type without @ValidateNested, or the reverse');
  return {
    name,
    conditions: of(ValidationTypes.CONDITIONAL_VALIDATION).map(({ constraints }) => constraints[0] as Check),
    rules: of(ValidationTypes.CUSTOM_VALIDATION).flatMap((metadata) => rulesOf(metadata, type.name)),
    buildNested: nested && compileNested(nested),
  };
}

const UNDERSTOOD = [
  ValidationTypes.CONDITIONAL_VALIDATION,
  ValidationTypes.CUSTOM_VALIDATION,
  ValidationTypes.NESTED_VALIDATION,
  ValidationTypes.WHITELIST,
];

function checkRule({ type, groups, validateIf }: Metadata): void {
  insist(UNDERSTOOD.includes(type), `rules of type ${type}`);
  // Undefined where options are given without it.
  insist(!(groups as string[] | undefined)?.length, 'groups');
  insist(!validateIf, 'a rule with a condition of its own');
}

function nestedType(name: string, type: Type<object>): Type<object> | undefined {
  const typed = transforms.findTypeMetadata(type, name) as Partial<TypeMetadata> | undefined;
  if (!typed) return undefined;
  const { typeFunction, options } = typed;
  insist(typeFunction?.length === 0 && !options?.discriminator, 'a @Type that depends on the value');
  const nested = typeFunction() as Type<object>;
  // Of another class than these, such as Set, class-transformer may make the list of the nested ones.
  const lists: unknown[] = [undefined, Object, Array, nested];
  insist(lists.includes(typed.reflectedType), 'a collection other than an array');
  return nested;
}

function rulesOf({ constraintCls, constraints, propertyName, each }: Metadata, targetName: string): Check[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance, async }) => {
      insist(!async, 'asynchronous rules');
      return (object, value) => {
        const about = { targetName, property: propertyName, object, value, constraints };
        // A promise, which nobody said would come, is not true.
        if (!each || !Array.isArray(value)) return instance.validate(value, about) === true;
        return value.every((item) => instance.validate(item, about) === true);
      };
    });
}

/** Pieces of the prototype, which class-transformer does not overwrite, and what Nest strips from a body. */
function isDropped(name: string): boolean {
  return name in Object.prototype || name === 'prototype';
}

function builderOf(type: Type<object>, fields: ReadonlyMap<string, Field>, strict: boolean): BuildDto {
  const checked = [...fields.values()];
  return (body) => {
    const dto = new type() as Fields;
    for (const name of Object.keys(body)) {
      const field = fields.get(name);
      if (field) {
        const given = (body as Fields)[name];
        const value = field.buildNested ? nestedValue(given, field.buildNested) : given;
        if (value === undefined) return undefined;
        dto[name] = value;
      } else if (strict && !isDropped(name)) return undefined;
    }
    for (const field of checked) if (!isFaultless(field, dto)) return undefined;
    return dto;
  };
}

function nestedValue(given: unknown, build: BuildDto): unknown {
  if (given === null) return null;
  if (!Array.isArray(given)) return typeof given === 'object' ? build(given) : undefined;
  const items: object[] = [];
  for (const item of given as unknown[]) {
    const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
    const built = isObject ? build(item) : undefined;
    if (!built) return undefined;
    items.push(built);
  }
  return items;
}

function isFaultless({ name, conditions, rules, buildNested }: Field, dto: Fields): boolean {
  const value = dto[name];
  for (const condition of conditions)
    // What is nested is not validated then, and keeps its unknown fields.
    if (!condition(dto, value)) return !buildNested || value == null;
  for (const rule of rules) if (!rule(dto, value)) return false;
  return !buildNested || value !== null;
}
