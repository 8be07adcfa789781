import { reasonOf } from './log-start-error.js';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** The log for outages: Nest's Logger, or a test's. */
export interface OutageLog {
  error(line: string): void;
  log(line: string): void;
}

/** A period in which the log cannot be written: reason, length and cost. Logs a line at its start and at its end. */
export class Outage {
  private begun: { at: number; reason: string; refused: number } | undefined;
  private retries = 0;
  /** Episodes since the start. */
  count = 0;
  /** Chats refused since the start. */
  refused = 0;

  /**
   * @param subject what cannot be written: `The chat log`
   * @param consequence the effect meanwhile
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

  /** Doubles with each retry. */
  nextRetryMs(): number {
    return Math.min(FIRST_RETRY_MS * 2 ** this.retries++, LONGEST_RETRY_MS);
  }
}
