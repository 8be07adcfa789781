import { reasonOf } from './log-start-error.js';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** Where an operator reads about outages: Nest's Logger, or a test. */
export interface OutageLog {
  error(line: string): void;
  log(line: string): void;
}

/** One time during which the log takes no rows: why, how long, and what it cost. One line when it begins and one when it ends. */
export class Outage {
  private begun: { at: number; reason: string; refused: number } | undefined;
  private retries = 0;
  /** Episodes since the start. */
  count = 0;
  /** Chats refused since the start. */
  refused = 0;

  /**
   * @param subject what cannot take rows: `The chat log`
   * @param consequence what that means meanwhile
   */
  constructor(
    private readonly output: OutageLog,
    private readonly subject: string,
    private readonly consequence: string,
  ) {}

  get reason(): string | undefined {
    return this.begun?.reason;
  }

  begin(error: unknown): void {
    if (this.begun) {
      this.begun.reason = reasonOf(error);
      return;
    }
    this.count++;
    this.retries = 0;
    this.begun = { at: performance.now(), reason: reasonOf(error), refused: 0 };
    this.output.error(
      `${this.subject} cannot take rows (${(error as Error).message}): ${this.consequence} until it can again`,
    );
  }

  end(rowsKept: number): void {
    if (!this.begun) return;
    const seconds = ((performance.now() - this.begun.at) / 1000).toFixed(1);
    const { refused } = this.begun;
    this.begun = undefined;
    this.output.log(
      `${this.subject} takes rows again after ${seconds} s: ${rowsKept} rows were kept and written, ${refused} chats refused`,
    );
  }

  refuse(): void {
    this.refused++;
    if (this.begun) this.begun.refused++;
  }

  /** Doubles from one retry to the next. */
  nextRetryMs(): number {
    return Math.min(FIRST_RETRY_MS * 2 ** this.retries++, LONGEST_RETRY_MS);
  }
}
