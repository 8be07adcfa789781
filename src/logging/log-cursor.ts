import { createHash } from 'node:crypto';
import type { Problem } from '../common/problem.js';
import { invalidQuery } from './log-failures.js';

/** A position in the log, newest first: just after the row with this time and id. */
export interface LogCursor {
  /** UTC with microseconds, in the database's format: `2026-11-23 17:20:47.475`. */
  timestamp: string;
  id: string;
  /** Numbers, compared in order, that distinguish rows with the same time and id, if there can be any. */
  tie: number[];
}

const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;
const CHECK_LENGTH = 12;

/** Opaque to clients, because the format may change. */
export function encodeCursor({ timestamp, id, tie }: LogCursor): string {
  const place = JSON.stringify([timestamp, id, ...tie]);
  return Buffer.from(check(place) + place).toString('base64url');
}

/** Throws Problem 400 for anything that encodeCursor did not make. */
export function decodeCursor(text: string): LogCursor {
  const bytes = Buffer.from(text, 'base64url');
  const content = bytes.toString();
  const place = content.slice(CHECK_LENGTH);
  // Several base64 texts encode the same bytes; only our own is accepted.
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

/** Detects damaged cursors. Not a secret: a cursor gives access to nothing. */
function check(place: string): string {
  return createHash('sha256')
    .update(`parley log cursor 2 ${place}`)
    .digest('base64url')
    .slice(0, CHECK_LENGTH);
}

function refused(): Problem {
  return invalidQuery('cursor', 'is not a cursor of this log: pass `next_cursor` unchanged, or leave it out');
}
