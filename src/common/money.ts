/**
 * US dollars as whole nano-dollars. Plain numbers, not bigint: exact up to 9 million dollars, fit into JSON, and are
 * cheap to add. Every result is checked to be a safe integer, so none loses a digit silently.
 */
export type Nano = number;

/** Price of one token in whole pico-dollars (10⁻¹²): prices have more digits than nano-dollars hold. */
export type PicoPerToken = number;

const NANO_DIGITS = 9;
const PICO_DIGITS = 12;
const PICO_PER_NANO = 1000;
/** More than any call can cost: a larger figure is an error of its sender. */
const MOST_PER_CALL_USD = 10_000;

const DECIMAL = /^(\d{1,30})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `"0.00000015"` or `"1.5e-7"`, rounded up; undefined if it is no price: negative, missing, not a decimal number. */
export function parsePrice(text: unknown): PicoPerToken | undefined {
  return typeof text === 'string' ? scaled(text, PICO_DIGITS) : undefined;
}

/** Dollars as a person writes them, such as `5` or `0.25`, rounded up; undefined for anything else. */
export function parseDollars(text: string): Nano | undefined {
  return scaled(text, NANO_DIGITS);
}

/** The cost of a call as an upstream reports it, to the nearest nano-dollar; undefined if it cannot be true. */
export function costOf(usd: unknown): Nano | undefined {
  if (typeof usd !== 'number' || !(usd >= 0) || usd > MOST_PER_CALL_USD) return undefined;
  return Math.round(usd * 1e9);
}

export function toDollars(nano: Nano): number {
  return nano / 1e9;
}

/** `0.00000123`: decimal dollars without exponent or trailing zeros. */
export function formatDollars(nano: Nano): string {
  const whole = Math.floor(nano / 1e9);
  const rest = String(nano % 1e9).padStart(NANO_DIGITS, '0');
  return `${whole}.${rest}`.replace(/\.?0{1,9}$/, '');
}

/** The cost of `tokens`, rounded up; Infinity if it is too large to count. */
export function priceOf(tokens: number, price: PicoPerToken): Nano {
  const pico = tokens * price;
  return Number.isSafeInteger(pico) ? Math.ceil(pico / PICO_PER_NANO) : Infinity;
}

/** The decimal number times 10^digits, rounded up to an integer. */
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
