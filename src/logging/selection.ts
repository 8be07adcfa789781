/** Whose texts are erased: rows with one of these ids, or rows from before an instant (milliseconds since 1970). */
export type Selection = { ids: readonly string[] } | { before: number };

/** Milliseconds since 1970, NaN if unreadable. Older logs have no zone (`2024-05-01 12:00:00.123456`): taken as UTC. */
export function instantOf(timestamp: string): number {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(timestamp) || !timestamp.includes(':');
  return Date.parse(timestamp.replace(' ', 'T') + (zoned ? '' : 'Z'));
}
