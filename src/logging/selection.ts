import { microsecondsOf } from './timestamp.js';

/** The rows to erase: those with one of these ids, or those before an instant (milliseconds since 1970). */
export type Selection = { ids: readonly string[] } | { before: number };

/** Milliseconds since 1970, NaN if unreadable. */
export function instantOf(timestamp: string): number {
  return (microsecondsOf(timestamp) ?? NaN) / 1000;
}
