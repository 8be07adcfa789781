/**
 * Makes text that arrives in pieces well-formed. Tokens may split an emoji, so half a surrogate pair waits for its
 * other half; without one it becomes U+FFFD, so that reply and log contain the same text.
 */
export class TextPieces {
  private waiting = '';

  /** The piece as far as it can be passed on; empty if all of it has to wait. */
  take(piece: string): string {
    // Text with one byte per character, the usual kind, is known to be well-formed without a scan.
    if (this.waiting === '' && piece.isWellFormed()) return piece;
    const text = this.waiting + piece;
    const isCut = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.waiting = isCut ? text.slice(-1) : '';
    return (isCut ? text.slice(0, -1) : text).toWellFormed();
  }

  /** After the last piece: the rest that still waits. */
  end(): string {
    const rest = this.waiting.toWellFormed();
    this.waiting = '';
    return rest;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
