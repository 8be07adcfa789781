import { isPlainObject } from '../../../common/http/to-dto.js';
import { invalidField } from '../../../common/problem.js';

/** An object of the body whose fields are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws a Problem 400 that names `path`, like the other functions here. */
export function objectAt(value: unknown, path: string): Fields {
  if (!isPlainObject(value)) throw invalidField(path, 'must be an object');
  return value as Fields;
}

export function textAt(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalidField(path, 'must be a string');
  return value;
}

export function nameAt(value: unknown, path: string): string {
  if (textAt(value, path) === '') throw invalidField(path, 'must not be empty');
  return value as string;
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidField(path, 'must be an array');
  return value;
}
