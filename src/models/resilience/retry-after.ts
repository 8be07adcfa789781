/** Headers of a reply, in lower case as in Node. Only `retry-after` and `retry-after-ms` are read. */
export type RetryHeaders = Readonly<Record<string, unknown>>;

/** `12`, `0.5`: what RFC 9110 allows, and the fractions that some providers send. Not `1e9`, `0x10`, `+1` or `-1`. */
const NUMBER = /^\d{1,12}(?:\.\d{1,12})?$/;

/** The only date format in use. Date.parse would guess at others: `Mon 5` is a date in 2001 to it. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long the upstream asks to wait, in milliseconds from `now` (ms since the epoch: dates are wall-clock time). A
 * past date is 0; an unreadable value is undefined, as if absent. The value may be absurdly long: the caller knows its
 * own deadline.
 */
export function retryAfterMs(headers: RetryHeaders, now: number): number | undefined {
  const precise = asNumber(headers['retry-after-ms']);
  if (precise !== undefined) return Math.ceil(precise);
  const seconds = asNumber(headers['retry-after']);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  return untilDate(headers['retry-after'], now);
}

function asNumber(header: unknown): number | undefined {
  const text = asText(header);
  return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
}

function untilDate(header: unknown, now: number): number | undefined {
  const text = asText(header);
  if (text === undefined || !DATE.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function asText(header: unknown): string | undefined {
  return typeof header === 'string' ? header.trim() : undefined;
}
