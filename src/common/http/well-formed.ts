import { Problem } from '../problem.js';

/** Escapes of NUL or half of a surrogate pair. Valid JSON in UTF-8 cannot contain them in any other form. */
const SUSPECT = /\\u(?:0000|[dD][89a-fA-F])/;

/**
 * Makes strings in a JSON value the same for upstream, log and reply. Half of a surrogate pair has no UTF-8 and would
 * become U+FFFD in some places only, so it is replaced here. NUL is refused with a Problem (400), because databases
 * refuse it. The value is walked only if the text has such escapes, which is rare.
 */
export function wellFormed(json: string, value: unknown): unknown {
  return json.includes('\\u') && SUSPECT.test(json) ? clean(value, '') : value;
}

function clean(value: unknown, path: string): unknown {
  if (typeof value === 'string') return cleanText(value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => clean(item, `${path}[${index}]`));
  return cleanObject(value, path);
}

function cleanObject(value: object, path: string): object {
  const cleaned = Object.entries(value).map(([key, item]) => {
    const name = cleanText(key, path);
    return [name, clean(item, path ? `${path}.${name}` : name)];
  });
  // Defines properties instead of setting them, so that `__proto__` is an ordinary name.
  return Object.fromEntries(cleaned) as object;
}

function cleanText(text: string, path: string): string {
  if (!text.includes('\0')) return text.toWellFormed();
  const where = path || 'The body';
  throw new Problem({
    status: 400,
    code: 'invalid_request',
    detail: `${where} contains the character U+0000, which cannot be stored.`,
    errors: [{ path, message: 'must not contain the character U+0000' }],
  });
}
