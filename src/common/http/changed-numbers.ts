import type { FieldError } from '../problem.js';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  endOfString,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './json-limits.js';
import { pathTo } from './to-dto.js';

interface ChangedNumber {
  readonly path: readonly (string | number)[];
  /** The value that JavaScript parsed. */
  readonly value: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A body with more of them is an attempt to waste our time. */
const MAX_FOUND = 1_000;
const changedIn = new WeakMap<object, readonly ChangedNumber[]>();
/** 1 at each byte that can occur in a number. */
const IN_NUMBERS = new Uint8Array(256);
for (const byte of Buffer.from('0123456789.eE+-')) IN_NUMBERS[byte] = 1;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/;

/**
 * Remembers the numbers in the text of `body` that JavaScript changed: `1e400` becomes Infinity, and null when it is
 * forwarded; of 20 digits only 17 survive. Call it only if the text may have such numbers.
 */
export function noteChangedNumbers(body: unknown, text: Buffer): void {
  if (typeof body !== 'object' || body === null) return;
  const changed = findChanged(text);
  if (changed.length > 0) changedIn.set(body, changed);
}

/** Errors for the changed numbers that are also in the DTO. Others are not forwarded and do no harm. */
export function changedNumbersIn(body: object, dto: object): FieldError[] {
  return (changedIn.get(body) ?? [])
    .filter(({ path, value }) => Object.is(valueAt(dto, path), value))
    .map(({ path }) => ({
      path: path.reduce<string>(
        (at, key) => (typeof key === 'number' ? `${at}[${key}]` : pathTo(at, key)),
        '',
      ),
      message: 'has more digits, or a larger exponent, than a number can keep',
    }));
}

function valueAt(dto: object, path: readonly (string | number)[]): unknown {
  let value: unknown = dto;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** One pass over valid JSON. */
function findChanged(bytes: Buffer): ChangedNumber[] {
  const found: ChangedNumber[] = [];
  // For each level: where the current key is, or the current index; null if the next string is a key.
  const path: (Span | number | null)[] = [];
  for (let i = 0; i < bytes.length && found.length < MAX_FOUND; i++) {
    const top = path.length - 1;
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      if (path[top] === null) path[top] = { start: i, end };
      i = end;
    } else if (byte === OPEN_OBJECT) path.push(null);
    else if (byte === OPEN_ARRAY) path.push(0);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) path.pop();
    else if (byte === COMMA) {
      const key = path[top];
      path[top] = typeof key === 'number' ? key + 1 : null;
    } else if (isNumberStart(byte)) {
      const end = endOfNumber(bytes, i);
      const number = bytes.toString('latin1', i, end);
      if (isChanged(number))
        found.push({ path: path.map((key) => nameOf(key, bytes)), value: Number(number) });
      i = end - 1;
    }
  }
  return found;
}

function nameOf(key: Span | number | null, bytes: Buffer): string | number {
  if (key === null || typeof key === 'number') return key ?? '';
  return (JSON.parse(bytes.toString('utf8', key.start, key.end + 1)) as string).toWellFormed();
}

function isNumberStart(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}

function endOfNumber(bytes: Buffer, start: number): number {
  let end = start + 1;
  while (IN_NUMBERS[bytes[end] ?? 0] === 1) end++;
  return end;
}

/**
 * Would JavaScript write another number? Every program rounds a fraction to about 17 digits, which does not count as
 * a change; losing digits before the point, or the whole value, does.
 */
export function isChanged(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return true;
  if (value !== 0 && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  const came = decimalOf(number);
  const goes = decimalOf(String(value));
  // All powers of zero are equal.
  return came.digits !== goes.digits || (came.digits !== '' && came.exponent !== goes.exponent);
}

/** `-1.50e3` → 15 × 10^2; zero has no digits. */
function decimalOf(number: string): { readonly digits: string; readonly exponent: number } {
  const [, whole = '', fraction = '', power = '0'] = NUMBER.exec(number) ?? [];
  const all = whole + fraction;
  let end = all.length;
  while (all[end - 1] === '0') end--;
  return {
    digits: all.slice(0, end).replace(/^0+/, ''),
    exponent: Number(power) - fraction.length + (all.length - end),
  };
}
