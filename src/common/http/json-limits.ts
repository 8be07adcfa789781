/** Deepest nesting of arrays and objects in a body. Beyond a few thousand, class-transformer dies of recursion. */
const MAX_JSON_DEPTH = 64;
/** Most keys and elements in a body: 100,000 keys would hold the event loop for 120 ms. */
const MAX_JSON_ITEMS = 50_000;
/** Longest number, in digits: V8 needs quadratic time for long ones. */
const MAX_NUMBER_LENGTH = 400;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Looks at JSON text without parsing it. Returns what is too much of it, or undefined. Linear, allocates nothing;
 * texts in strings, which are most of a prompt's bytes, are skipped by the runtime's own search.
 */
export function exceededJsonLimit(bytes: Buffer): string | undefined {
  let depth = 0;
  let items = 0;
  let tokenStart = 0;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE:
        i = endOfString(bytes, i);
        tokenStart = i + 1;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > MAX_JSON_DEPTH) return `is nested deeper than ${MAX_JSON_DEPTH} levels`;
        tokenStart = i + 1;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        tokenStart = i + 1;
        break;
      case COMMA:
        if (++items > MAX_JSON_ITEMS) return `has more than ${MAX_JSON_ITEMS} keys and elements`;
        tokenStart = i + 1;
        break;
      case COLON:
      case SPACE:
      case TAB:
      case LF:
      case CR:
        tokenStart = i + 1;
        break;
      default:
        if (i - tokenStart > MAX_NUMBER_LENGTH)
          return `has a number or word of more than ${MAX_NUMBER_LENGTH} characters`;
    }
  }
  return undefined;
}

/** Index of the quote that closes the string that opens at `start`, or the end of the bytes. */
function endOfString(bytes: Buffer, start: number): number {
  let from = start + 1;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote === -1) return bytes.length;
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}
