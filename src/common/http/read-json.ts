import { isUtf8 } from 'node:buffer';
import { types } from 'node:util';
import type { Request } from 'express';
import { Problem } from '../problem.js';
import { noteChangedNumbers } from './changed-numbers.js';
import { scanJson } from './json-limits.js';
import { wellFormed } from './well-formed.js';

/** Checks that need only the headers: content type, encoding and declared length. */
export function refusedByHeaders({ headers }: Request, maxBytes: number): Problem | undefined {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return unsupported('Content-Encoding is not accepted: send the body uncompressed.');
  if (!isJson(headers['content-type']))
    return unsupported('The body must be JSON in UTF-8: send Content-Type: application/json.');
  return declaredLength(headers) > maxBytes ? bodyTooLarge(maxBytes) : undefined;
}

/** 0 if no length is declared, as for a chunked body. */
function declaredLength(headers: Request['headers']): number {
  return Number(headers['content-length'] ?? 0);
}

export function bodyTooLarge(maxBytes: number): Problem {
  return new Problem({
    status: 413,
    code: 'body_too_large',
    detail: `The body is larger than ${maxBytes} bytes.`,
  });
}

interface ParsedJson {
  readonly value: unknown;
  /** Memory that the text takes: one byte per character, or two if any character needs two. */
  readonly textBytes: number;
}

export function parseJson(bytes: Buffer): ParsedJson | Problem {
  if (!isUtf8(bytes)) return invalidJson('The body is not valid UTF-8.');
  const { exceeded, hasLongNumbers } = scanJson(bytes);
  if (exceeded) return new Problem({ status: 400, code: 'too_complex', detail: `The body ${exceeded}.` });
  try {
    const text = bytes.toString('utf8');
    const value = wellFormed(text, JSON.parse(text));
    if (hasLongNumbers) noteChangedNumbers(value, bytes);
    return { value, textBytes: text.length === bytes.length ? text.length : 2 * text.length };
  } catch (error) {
    if (error instanceof Problem) return error;
    if (!types.isNativeError(error) || error.name !== 'SyntaxError') throw error;
    // V8's message quotes the body, so it must not be in a reply.
    return invalidJson(
      bytes.length === 0 ? 'The body is empty: send a JSON object.' : 'The body is not valid JSON.',
    );
  }
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  return (
    type?.trim() === 'application/json' &&
    parameters.every(
      (parameter) => !/^\s*charset\s*=/.test(parameter) || /=\s*"?utf-?8"?\s*$/.test(parameter),
    )
  );
}

function invalidJson(detail: string): Problem {
  return new Problem({ status: 400, code: 'invalid_json', detail });
}

function unsupported(detail: string): Problem {
  return new Problem({ status: 415, code: 'unsupported_media_type', detail });
}
