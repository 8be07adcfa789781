/**
 * A text that arrives in pieces, made well-formed. Tokens may split an emoji, so half a surrogate pair waits for its
 * other half; one that never gets it becomes U+FFFD, so that reply and log agree on what was said.
 */
export class TextPieces {
  private waiting = '';

  /** The piece as it can be passed on; empty where all of it has to wait. */
  take(piece: string): string {
    // Text of one byte a character, the usual one, is known to be well-formed without a look at it.
    if (this.waiting === '' && piece.isWellFormed()) return piece;
    const text = this.waiting + piece;
    const isCut = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.waiting = isCut ? text.slice(-1) : '';
    return (isCut ? text.slice(0, -1) : text).toWellFormed();
  }

  /** No more pieces will come: what still waits. */
  end(): string {
    const rest = this.waiting.toWellFormed();
    this.waiting = '';
    return rest;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
