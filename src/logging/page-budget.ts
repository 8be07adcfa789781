import { tooManyQuestions } from './log-failures.js';
import type { LogRecord } from './dto/log-record.dto.js';

/** Maximum size of all pages and rows that wait for their clients, as strings in memory. */
const BUDGET_BYTES = 64 * 1024 * 1024;
const BYTES_PER_UNIT = 2;
/** The size of a row without its texts. */
const ROW_UNITS = 500;

/** Limits the memory of replies: a client that does not read keeps its reply there. */
export class PageBudget {
  private held = 0;

  /** Call the result once, when the rows are sent. Throws Problem 503 if others hold too much; a single reply may. */
  take(rows: readonly LogRecord[]): () => void {
    const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0);
    if (this.held > 0 && this.held + bytes > BUDGET_BYTES) throw tooManyQuestions();
    this.held += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.held -= bytes;
      isHeld = false;
    };
  }
}

function sizeOf({ prompt, response, messages, comment }: LogRecord): number {
  const units = prompt.length + response.length + (messages?.length ?? 0) + (comment?.length ?? 0);
  return (units + ROW_UNITS) * BYTES_PER_UNIT;
}
