const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/**
 * Finds where rows end: at a line feed outside quotes. Nothing else in CSV needs to be understood for that, because
 * a quote within quotes is doubled and so never changes the parity. The last end found is the length of the file
 * that can be read while its writer is in the middle of a row.
 *
 * Fed in slices, so that a caller can let the event loop breathe: a megabyte takes about 1.5 ms.
 */
export class RowEnds {
  private quoted = false;

  /** Adds to `found` the index after each row that ends in `bytes[from, to)`. */
  scan(bytes: Uint8Array, from: number, to: number, found: number[]): void {
    let quoted = this.quoted;
    for (let index = from; index < to; index++) {
      const byte = bytes[index];
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_FEED && !quoted) found.push(index + 1);
    }
    this.quoted = quoted;
  }
}
