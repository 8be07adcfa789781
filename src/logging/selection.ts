import { microsecondsOf } from './timestamp.js';

/** Whose texts are erased: rows with one of these ids, or rows from before an instant (milliseconds since 1970). */
export type Selection = { ids: readonly string[] } | { before: number };

/** Milliseconds since 1970, NaN if unreadable. */
export function instantOf(timestamp: string): number {
  return (microsecondsOf(timestamp) ?? NaN) / 1000;
}
