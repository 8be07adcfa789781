/** What one field of an order may hold. Its TypeScript type comes from here as well, so the two cannot differ. */
export interface Field<T> {
  readonly accepts: (value: unknown) => boolean;
  readonly required?: boolean;
  /** Never set: carries the type. */
  readonly type?: T;
}

interface RequiredField<T> extends Field<T> {
  readonly required: true;
}

export type FieldSet = Readonly<Record<string, Field<unknown>>>;
type TypeOf<F> = F extends Field<infer T> ? T : never;

/** The object that a set of fields describes. */
export type Values<S> = {
  readonly [K in keyof S as S[K] extends { required: true } ? K : never]: TypeOf<S[K]>;
} & { readonly [K in keyof S as S[K] extends { required: true } ? never : K]?: TypeOf<S[K]> };

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field<T>(accepts: (value: unknown) => boolean): Field<T> {
  return { accepts };
}

export const text = field<string>((value) => typeof value === 'string');
export const flag = field<boolean>((value) => typeof value === 'boolean');
export const number = field<number>((value) => typeof value === 'number');
export const count = field<number>((value) => typeof value === 'number' && value >= 0);
export const positive = field<number>((value) => typeof value === 'number' && value > 0);
export const httpStatus = field<number>(
  (value) => Number.isInteger(value) && count.accepts(value) && Number(value) >= 200 && Number(value) <= 599,
);
export const object = field<Readonly<JsonObject>>(isObject);
export const headerSet = field<Readonly<Record<string, string>>>(
  (value) => isObject(value) && Object.values(value).every(text.accepts),
);
export const texts = field<readonly string[]>((value) => Array.isArray(value) && value.every(text.accepts));
export const anything = field<unknown>(() => true);

export function oneOf<const T extends string>(...words: readonly T[]): Field<T> {
  return field((value) => words.some((word) => word === value));
}

export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  return field((value) => Array.isArray(value) && value.every(item.accepts));
}

export function either<A, B>(one: Field<A>, other: Field<B>): Field<A | B> {
  return field((value) => one.accepts(value) || other.accepts(value));
}

export function nullable<T>(other: Field<T>): Field<T | null> {
  return field((value) => value === null || other.accepts(value));
}

export function required<T>(optional: Field<T>): RequiredField<T> {
  return { ...optional, required: true };
}

/** An object with at least these fields. */
export function having<S extends FieldSet>(fields: S): Field<Values<S>> {
  return field((value) => isObject(value) && misfit(value, fields) === undefined);
}

/** The first of these fields that is missing or does not suit; null counts as missing, unknown fields do not matter. */
export function misfit(value: JsonObject, fields: FieldSet): string | undefined {
  const wrong = ([name, { accepts, required }]: [string, Field<unknown>]) =>
    value[name] == null ? required === true : !accepts(value[name]);
  return Object.entries(fields).find(wrong)?.[0];
}

/** @throws Error with a sentence that says what is wrong */
export function readFields<S extends FieldSet>(owner: string, value: unknown, fields: S): Values<S> {
  if (!isObject(value)) throw new Error(`"${owner}" must be an object`);
  for (const [name, held] of Object.entries(value)) {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!known) throw new Error(`${owner} has no field "${name}". It has: ${Object.keys(fields).join(', ')}`);
    if (!known.accepts(held)) throw new Error(`The value of "${name}" does not suit ${owner}`);
  }
  const missing = Object.keys(fields).filter((name) => fields[name]?.required && !(name in value));
  if (missing.length > 0) throw new Error(`${owner} needs ${missing.join(', ')}`);
  return value as Values<S>;
}
