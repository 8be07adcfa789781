/**
 * US dollars as whole nano-dollars. Plain numbers, not bigint: exact up to 9 million dollars, they go through JSON, and
 * a sum costs nothing. Every result is checked to be safe, so none can lose a digit silently.
 */
export type Nano = number;

/** What one token costs, in whole pico-dollars (10⁻¹²): prices have more digits than a nano-dollar. */
export type PicoPerToken = number;

const NANO_DIGITS = 9;
const PICO_DIGITS = 12;
const PICO_PER_NANO = 1000;
/** More than any single call can cost: beyond it a figure is a fault of whoever sent it. */
const MOST_PER_CALL_USD = 10_000;

const DECIMAL = /^(\d{1,30})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `"0.00000015"` or `"1.5e-7"`; undefined for what is no price: negative, missing, not a decimal number. Rounded up. */
export function parsePrice(text: unknown): PicoPerToken | undefined {
  return typeof text === 'string' ? scaled(text, PICO_DIGITS) : undefined;
}

/** A sum of dollars such as `5` or `0.25` as a person writes it; undefined for anything else. Rounded up. */
export function parseDollars(text: string): Nano | undefined {
  return scaled(text, NANO_DIGITS);
}

/** What an upstream says a call has cost, to the nearest nano-dollar; undefined for what cannot be true. */
export function costOf(usd: unknown): Nano | undefined {
  if (typeof usd !== 'number' || !(usd >= 0) || usd > MOST_PER_CALL_USD) return undefined;
  return Math.round(usd * 1e9);
}

export function toDollars(nano: Nano): number {
  return nano / 1e9;
}

/** `0.00000123`: a decimal number of dollars, without exponent and without digits that say nothing. */
export function formatDollars(nano: Nano): string {
  const whole = Math.floor(nano / 1e9);
  const rest = String(nano % 1e9).padStart(NANO_DIGITS, '0');
  return `${whole}.${rest}`.replace(/\.?0{1,9}$/, '');
}

/** What `tokens` cost, rounded up; Infinity where it is more than can be counted. */
export function priceOf(tokens: number, price: PicoPerToken): Nano {
  const pico = tokens * price;
  return Number.isSafeInteger(pico) ? Math.ceil(pico / PICO_PER_NANO) : Infinity;
}

/** The decimal number times 10^digits, rounded up to a whole one. */
function scaled(text: string, digits: number): number | undefined {
  const [, whole, fraction = '', exponent = '0'] = DECIMAL.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const shift = digits - fraction.length + Number(exponent);
  const all = BigInt(whole + fraction);
  const value = shift >= 0 ? all * 10n ** BigInt(shift) : dividedUp(all, 10n ** BigInt(-shift));
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : undefined;
}

function dividedUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
