import type { IncomingMessage } from 'node:http';

/** Parley's keys have 63 characters; an ADMIN_KEY may be longer, but not as long as a body. */
const MAX_LENGTH = 1024;

/**
 * The key that a request presents in `Authorization: Bearer` or `x-api-key`; undefined if there is none, or more
 * than one: a proxy in front may have checked the other one (faults.md A4). Reads the raw headers, because Node keeps
 * only the first of several, silently.
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

/** A human-readable reason why the key's presentation is wrong; undefined if it is correct. */
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
  // Compare lengths first: most headers are neither of the two.
  if (name.length === 9 && name.toLowerCase() === 'x-api-key') return value.trim();
  if (name.length !== 13 || name.toLowerCase() !== 'authorization') return undefined;
  return value.startsWith('Bearer ') ? value.slice(7).trim() : '';
}
