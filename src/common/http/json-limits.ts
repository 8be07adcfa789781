/** Maximum nesting of arrays and objects in a body, so that code may recurse. */
const MAX_JSON_DEPTH = 64;
/** Maximum keys and elements, and arrays and objects, in a body: 100,000 keys would block the loop for 120 ms. */
const MAX_JSON_ITEMS = 50_000;
/** Maximum length of a number, in digits: V8 needs quadratic time for long ones. */
const MAX_NUMBER_LENGTH = 400;
/** JavaScript keeps any number of this many digits exactly. */
const EXACT_DIGITS = 15;

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

export interface JsonScan {
  /** The limit that is exceeded; undefined if none is. */
  readonly exceeded: string | undefined;
  /** Is there a number that JavaScript might not represent exactly? */
  readonly hasLongNumbers: boolean;
}

/**
 * Checks JSON text without parsing it. Linear, and allocates nothing; strings, which are most of a prompt's bytes,
 * are skipped with the runtime's own search.
 */
export function scanJson(bytes: Buffer): JsonScan {
  let depth = 0;
  let items = 0;
  let openings = 0;
  let strings = 0;
  let tokenStart = 0;
  let hasLongNumbers = false;
  const tooMuch = (exceeded: string): JsonScan => ({ exceeded, hasLongNumbers });
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE:
        // Valid JSON within the limits has no more strings; invalid JSON must not take longer to refuse.
        if (++strings > 2 * MAX_JSON_ITEMS) return tooMuch(`has more than ${2 * MAX_JSON_ITEMS} strings`);
        i = endOfString(bytes, i);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > MAX_JSON_DEPTH) return tooMuch(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
        if (++openings > MAX_JSON_ITEMS) return tooMuch(`has more than ${MAX_JSON_ITEMS} arrays and objects`);
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        hasLongNumbers ||= i - tokenStart > EXACT_DIGITS;
        depth--;
        break;
      case COMMA:
        hasLongNumbers ||= i - tokenStart > EXACT_DIGITS;
        if (++items > MAX_JSON_ITEMS) return tooMuch(`has more than ${MAX_JSON_ITEMS} keys and elements`);
        break;
      case COLON:
        break;
      case SPACE:
      case TAB:
      case LF:
      case CR:
        hasLongNumbers ||= i - tokenStart > EXACT_DIGITS;
        break;
      default:
        if (i - tokenStart > MAX_NUMBER_LENGTH)
          return tooMuch(`has a number or word of more than ${MAX_NUMBER_LENGTH} characters`);
        hasLongNumbers ||= isExponent(bytes, i);
        continue;
    }
    tokenStart = i + 1;
  }
  return { exceeded: undefined, hasLongNumbers };
}

/** Is this the `e` of `1e400`, rather than that of `true`? */
function isExponent(bytes: Buffer, i: number): boolean {
  const before = bytes[i - 1] ?? 0;
  return (bytes[i] === LOWER_E || bytes[i] === UPPER_E) && before >= 0x30 && before <= 0x39;
}

/** Index of the quote that closes the string that opens at `start`, or the end of the bytes. */
export function endOfString(bytes: Buffer, start: number): number {
  const quote = bytes.indexOf(QUOTE, start + 1);
  if (quote === -1) return bytes.length;
  if (bytes[quote - 1] !== BACKSLASH) return quote;
  // A search for each of a million escaped quotes would take 100 ms.
  for (let i = start + 1; i < bytes.length; i++)
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  return bytes.length;
}
