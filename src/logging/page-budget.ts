import { tooManyQuestions } from './log-failures.js';
import type { LogRecord } from './dto/log-record.dto.js';

/** All pages and rows that wait for their clients to read them, as strings in memory. */
const BUDGET_BYTES = 64 * 1024 * 1024;
const BYTES_PER_UNIT = 2;
/** What a row holds beside its texts. */
const ROW_UNITS = 500;

/** Bounds what replies hold in memory: a client that does not read one keeps it there. */
export class PageBudget {
  private held = 0;

  /** Call the result, once, when the rows are sent. Throws Problem 503 where others hold too much; one alone may. */
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
