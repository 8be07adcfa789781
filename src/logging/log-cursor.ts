import { createHash } from 'node:crypto';
import type { Problem } from '../common/problem.js';
import { invalidQuery } from './log-failures.js';

/** A place in the log, newest first: right after the row with this time and id. */
export interface LogCursor {
  /** UTC with microseconds, as the database prints it: `2026-11-23 17:20:47.475`. */
  timestamp: string;
  id: string;
  /** What tells rows with the same time and id apart, where there can be any: numbers, compared one after the other. */
  tie: number[];
}

const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;
const CHECK_LENGTH = 12;

/** Opaque to clients: its form may change, so nobody should build one. */
export function encodeCursor({ timestamp, id, tie }: LogCursor): string {
  const place = JSON.stringify([timestamp, id, ...tie]);
  return Buffer.from(check(place) + place).toString('base64url');
}

/** Throws Problem 400 for anything that encodeCursor did not make. */
export function decodeCursor(text: string): LogCursor {
  const bytes = Buffer.from(text, 'base64url');
  const content = bytes.toString();
  const place = content.slice(CHECK_LENGTH);
  // Base64 has several spellings of the same bytes: only our own counts.
  if (bytes.toString('base64url') !== text || check(place) !== content.slice(0, CHECK_LENGTH))
    throw refused();
  return placeOf(JSON.parse(place));
}

function placeOf(place: unknown): LogCursor {
  if (!Array.isArray(place)) throw refused();
  const [timestamp, id, ...tie] = place as unknown[];
  if (typeof timestamp !== 'string' || typeof id !== 'string' || !TIMESTAMP.test(timestamp)) throw refused();
  if (!tie.every((part) => typeof part === 'number')) throw refused();
  return { timestamp, id, tie };
}

/** Not a secret: a cursor gives access to nothing. It tells a damaged one from a good one. */
function check(place: string): string {
  return createHash('sha256')
    .update(`parley log cursor 2 ${place}`)
    .digest('base64url')
    .slice(0, CHECK_LENGTH);
}

function refused(): Problem {
  return invalidQuery(
    'cursor',
    'is not a cursor of this log: pass `next_cursor` as it was answered, or leave it out',
  );
}
