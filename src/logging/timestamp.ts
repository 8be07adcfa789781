const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Microseconds since 1970 of a log's timestamp; undefined if it is not valid. Older logs have no time zone (`2024-05-01
 * 12:00:00.123456`): read as UTC.
 */
export function microsecondsOf(text: string): number | undefined {
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = TIMESTAMP.exec(text.trim()) ?? [];
  if (!day) return undefined;
  const offset = zone.length === 3 ? `${zone}:00` : zone.toUpperCase();
  const seconds = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(seconds) ? undefined : seconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** The same instant in UTC, with `Z`: in milliseconds, or in microseconds if it has them. */
export function inUtc(text: string): string {
  const micros = microsecondsOf(text);
  if (micros === undefined) return text;
  const rest = ((micros % 1000) + 1000) % 1000;
  const iso = new Date((micros - rest) / 1000).toISOString();
  return rest === 0 ? iso : iso.replace('Z', `${rest.toString().padStart(3, '0')}Z`);
}
