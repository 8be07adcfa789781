import type { IncomingMessage } from 'node:http';

/** Keys of ours have 63 characters; an ADMIN_KEY may be longer, but nobody's is a body. */
const MAX_LENGTH = 1024;

/**
 * The key that a request presents in `Authorization: Bearer` or `x-api-key`; undefined where there is none, or more
 * than one: of two, a proxy in front may have checked the other (faults.md A4). From the raw headers, as Node keeps the
 * first of several and says nothing.
 */
export function presentedKey({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  let key: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const presented = keyIn(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
    if (presented === undefined) continue;
    if (key !== undefined && key !== presented) return undefined;
    key = presented;
  }
  return key === undefined || key === '' || key.length > MAX_LENGTH ? undefined : key;
}

/** For people: what is wrong with how a refused request presents its key. Undefined: nothing. */
export function presentationFault({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  const keys = new Set(
    rawHeaders.flatMap((name, i) => (i % 2 === 0 ? (keyIn(name, rawHeaders[i + 1] ?? '') ?? []) : [])),
  );
  if (keys.size > 1) return 'The request carries two different keys: send one.';
  return keys.has('')
    ? 'The key must come as `Authorization: Bearer parley_…`, with a capital B.'
    : undefined;
}

/** Undefined for any other header; empty for a scheme that is not `Bearer`. */
function keyIn(name: string, value: string): string | undefined {
  // By length first: most headers are none of the two.
  if (name.length === 9 && name.toLowerCase() === 'x-api-key') return value.trim();
  if (name.length !== 13 || name.toLowerCase() !== 'authorization') return undefined;
  return value.startsWith('Bearer ') ? value.slice(7).trim() : '';
}
