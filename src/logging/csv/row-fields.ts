const QUOTE = 0x22;
const COMMA = 0x2c;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** The fields of one whole row, with or without its line end. */
export class RowFields {
  /** The end of each field. */
  private readonly ends: number[] = [];
  /** False if there is a quote in the middle of a field, which RFC 4180 does not allow. */
  readonly isValid: boolean;
  readonly lineEnd: '\r\n' | '\n' | '';

  constructor(private readonly row: Buffer) {
    this.lineEnd = row.at(-1) !== LINE_FEED ? '' : row.at(-2) === CARRIAGE_RETURN ? '\r\n' : '\n';
    this.isValid = this.split(row.length - this.lineEnd.length);
  }

  get count(): number {
    return this.ends.length;
  }

  /** A field as stored, with its quotes; empty if the row has fewer fields. */
  raw(index: number): Buffer {
    return this.row.subarray(this.start(index), this.ends[index] ?? 0);
  }

  text(index: number): string {
    const end = this.ends[index] ?? 0;
    const start = this.start(index);
    if (this.row[start] !== QUOTE || end <= start) return this.row.toString('utf8', start, end);
    const text = this.row.toString('utf8', start + 1, Math.max(start + 1, end - 1));
    return text.includes('"') ? text.replaceAll('""', '"') : text;
  }

  texts(): string[] {
    return this.ends.map((_, index) => this.text(index));
  }

  private start(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? -1) + 1;
  }

  private split(end: number): boolean {
    const { row, ends } = this;
    let isValid = true;
    for (let at = 0; ; at++) {
      const isQuoted = at < end && row[at] === QUOTE;
      if (isQuoted) at = this.afterQuotes(at, end);
      for (; at < end && row[at] !== COMMA; at++) if (isQuoted || row[at] === QUOTE) isValid = false;
      ends.push(at);
      if (at >= end) return isValid;
    }
  }

  /** Where the field that opens at `from` ends; a doubled quote does not end it. */
  private afterQuotes(from: number, end: number): number {
    let at = this.row.indexOf(QUOTE, from + 1);
    while (at !== -1 && this.row[at + 1] === QUOTE) {
      at += 2;
      // A call for each of millions of quotes in a row takes seconds.
      if (this.row[at] !== QUOTE) at = this.row.indexOf(QUOTE, at);
    }
    return at === -1 ? end : at + 1;
  }
}
