/** Headers of a reply, named in lower case as Node does. Of them only `retry-after` and `retry-after-ms` are read. */
export type RetryHeaders = Readonly<Record<string, unknown>>;

/** `12`, `0.5`: what RFC 9110 allows, and the fractions that some providers send. Not `1e9`, `0x10`, `+1` or `-1`. */
const NUMBER = /^\d{1,12}(?:\.\d{1,12})?$/;

/** The one date form in use. Anything looser would let Date.parse guess: `Mon 5` is a date in 2001 to it. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long the upstream asks to wait, in milliseconds from `now` (ms since the epoch: a date is wall-clock time).
 * A date that has passed is 0; what cannot be understood is undefined, as if nothing had been sent. The value may
 * be absurdly long: the caller knows its own deadline.
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
