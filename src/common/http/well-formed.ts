import { Problem } from '../problem.js';

/** Escapes that stand for NUL or half of a surrogate pair. In JSON neither can come in any other way. */
const SUSPECT = /\\u(?:0000|[dD][89a-fA-F])/;

/**
 * Makes the texts of a JSON value such that upstream, log and reply agree on them. Half of a surrogate pair has no
 * UTF-8 and would turn into U+FFFD in one place and not in another, so it does here; NUL is refused with a Problem
 * (400), as databases do. Almost no text contains such escapes, and then nothing is walked.
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
  // Defines properties and does not set them: `__proto__` stays a name like any other.
  return Object.fromEntries(cleaned) as object;
}

function cleanText(text: string, path: string): string {
  if (!text.includes('\0')) return text.toWellFormed();
  const where = path || 'The body';
  throw new Problem({
    status: 400,
    code: 'invalid_request',
    detail: `${where} contains the character U+0000, which cannot be kept.`,
    errors: [{ path, message: 'must not contain the character U+0000' }],
  });
}
