import { ModelError } from '../model.errors.js';

/** A JSON object from outside. Each field may be missing, null or of another type. */
export type Json = Readonly<Record<string, unknown>>;

/** No answer is nested deeper, and JSON.stringify fails at much deeper nesting. */
const MAX_DEPTH = 512;

/** Parses one `data:` or a whole body. The parser's message would quote the text, so it is not kept as the cause. */
export function parseChunk(data: string): unknown {
  if (data.length > 2 * MAX_DEPTH && depthOf(data) > MAX_DEPTH) throw new ModelError('upstream_bad_response');
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw new ModelError('upstream_bad_response');
  }
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown): Json {
  return isRecord(value) ? value : {};
}

export function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function nonEmptyList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? (value as unknown[]) : undefined;
}

/** Null, empty text, an empty list, or an object of only these. Does not descend: values may be nested very deeply. */
export function saysNothing(value: unknown): boolean {
  return isEmpty(value) || (isRecord(value) && Object.values(value).every(isEmpty));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || value === '';
}

/** Tracks a JSON object or list that arrives in pieces: whether it is complete, and how deep, without parsing it. */
export class JsonExtent {
  /** Deepest nesting so far. */
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

function depthOf(json: string): number {
  const extent = new JsonExtent();
  extent.add(json);
  return extent.deepest;
}
