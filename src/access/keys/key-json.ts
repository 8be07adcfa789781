import { ROLES } from '../../common/access.decorator.js';
import { BUDGET_WINDOWS, type Key } from './key.js';

const FORMAT = 'parley-keys';
const VERSION = 1;

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 200;
const digest: Check = (value) => typeof value === 'string' && /^[\da-f]{64}$/.test(value);
const moment: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isObject(value) && faultOf(value, fields) === undefined;

const KEY_FIELDS: Record<keyof Key, Check> = {
  id: (value) => typeof value === 'string' && /^[0-9A-Za-z]{12}$/.test(value),
  name: text,
  role: oneOf(ROLES),
  models: orNull(listOf(text)),
  rpm: orNull(count),
  tpm: orNull(count),
  concurrency: orNull(count),
  budget: orNull(shape({ limit: count, window: oneOf(BUDGET_WINDOWS) })),
  expiresAt: orNull(moment),
  digest,
  former: orNull(shape({ digest, until: moment })),
  createdAt: moment,
  revokedAt: orNull(moment),
};

/**
 * The keys of a file. Throws an Error that describes the problem: an invalid limit must not count
 * as no limit, so nothing is repaired or skipped.
 */
export function readKeys(json: string): Key[] {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw new Error(json.trim() === '' ? 'it is empty' : 'it is not complete JSON');
  }
  if (!isObject(file) || file.format !== FORMAT || !Array.isArray(file.keys))
    throw new Error('it is not a file of keys of Parley');
  if (file.version !== VERSION) throw new Error(`its version is not ${VERSION}`);
  return checkedKeys(file.keys);
}

/** The keys, validated. Throws an Error that names the invalid one. */
export function checkedKeys(keys: readonly unknown[]): Key[] {
  keys.forEach((key, index) => {
    const fault = isObject(key) ? faultOf(key, KEY_FIELDS) : 'is not an object';
    if (fault !== undefined) throw new Error(`keys[${index}] ${fault}`);
  });
  const known = keys as readonly Key[];
  if (new Set(known.map(({ id }) => id)).size < known.length) throw new Error('two keys have the same id');
  return [...known];
}

export function writeKeys(keys: readonly Key[]): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, keys }, null, 2)}\n`;
}

function faultOf(value: Record<string, unknown>, fields: Record<string, Check>): string | undefined {
  for (const [name, check] of Object.entries(fields))
    if (!check(value[name])) return name in value ? `has a wrong ${name}` : `lacks ${name}`;
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  return unknown === undefined ? undefined : `has an unknown field ${JSON.stringify(unknown)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
