import type { Amendment } from '../logging/amendment.js';
import type { LogRow } from '../logging/log-row.js';

/** Maximum number of rows to remember: an upstream that never sends bills must not fill the memory. */
const MAX_ROWS = 10_000;

const FIELDS = ['cost', 'prompt_tokens', 'response_tokens'] as const;
type Figure = (typeof FIELDS)[number];

/** The fields of a row that are needed to count a late figure. */
type Remembered = Pick<LogRow, 'requested_model' | 'model' | 'upstream_model' | 'operation' | 'key'>;

export interface LateFigure {
  readonly row: Remembered;
  readonly field: Figure;
  readonly figure: number;
}

interface Expected {
  readonly row: Remembered;
  readonly missing: Set<Figure>;
}

/** Figures that rows lacked when they were written, such as the bill of an aborted call. */
export class LateFigures {
  private readonly expected = new Map<string, Expected>();

  expect(row: LogRow): void {
    if (row.cost !== null && row.prompt_tokens !== null && row.response_tokens !== null) return;
    const { requested_model, model, upstream_model, operation, key } = row;
    const missing = new Set(FIELDS.filter((field) => row[field] === null));
    this.expected.set(row.id, { row: { requested_model, model, upstream_model, operation, key }, missing });
    const [oldest] = this.expected.keys();
    if (this.expected.size > MAX_ROWS && oldest !== undefined) this.expected.delete(oldest);
  }

  /** What an amendment adds to the counters; undefined if it was counted already or the row is of another process. */
  take({ id, field, value }: Amendment): LateFigure | undefined {
    const entry = this.expected.get(id);
    const known = FIELDS.find((name) => name === field);
    const figure = value === '' ? NaN : Number(value);
    if (!entry || !known || !Number.isFinite(figure) || !entry.missing.delete(known)) return undefined;
    if (entry.missing.size === 0) this.expected.delete(id);
    return { row: entry.row, field: known, figure };
  }
}
