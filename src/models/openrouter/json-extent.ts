/** Follows a JSON object or list that arrives in pieces: when it is whole, and how deep, without parsing it. */
export class JsonExtent {
  /** Of the deepest nesting so far. */
  deepest = 0;
  private depth = 0;
  private begun = false;
  private inString = false;
  private escaped = false;

  add(text: string): void {
    for (const char of text) {
      if (this.escaped) this.escaped = false;
      else if (this.inString) {
        this.escaped = char === '\\';
        this.inString = char !== '"';
      } else if (char === '"') this.inString = true;
      else if (char === '{' || char === '[') {
        this.begun = true;
        this.deepest = Math.max(this.deepest, ++this.depth);
      } else if (char === '}' || char === ']') this.depth--;
    }
  }

  get isWhole(): boolean {
    return this.begun && this.depth === 0;
  }
}
