import { shownCost, shownSeconds } from './report/figures-text.js';
import { isAnswered, type ReplayEntry } from './replay-journal.js';

const BAR_CHARACTERS = 24;
const CLEAR_LINE = '\r\u001b[K';

/** Where progress is written. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A progress bar in a terminal, otherwise a line for each prompt. */
export class Progress {
  private answered: number;
  private failed = 0;
  private cost = 0;
  private readonly began = Date.now();
  private sent = 0;

  constructor(
    private readonly screen: Screen,
    private readonly entries: readonly ReplayEntry[],
  ) {
    this.answered = entries.filter(isAnswered).length;
  }

  settled(entry: ReplayEntry): void {
    const { outcome } = entry;
    this.sent++;
    if (isAnswered(entry)) this.answered++;
    else this.failed++;
    const row = outcome && 'row' in outcome ? outcome.row : undefined;
    this.cost += row?.cost ?? 0;
    if (this.screen.isTTY) this.draw();
    else this.line(`${entry.source.id ?? entry.source.timestamp}  ${resultOf(entry)}`);
  }

  /** Writes a message without disturbing the bar. */
  say(text: string): void {
    this.screen.write(`${this.screen.isTTY ? CLEAR_LINE : ''}${text}\n`);
  }

  /** Ends the bar's line. */
  end(): void {
    if (this.screen.isTTY && this.sent > 0) this.screen.write('\n');
  }

  private line(text: string): void {
    this.screen.write(`${this.answered + this.failed}/${this.entries.length}  ${text}\n`);
  }

  private draw(): void {
    const { length } = this.entries;
    const done = this.answered + this.failed;
    const filled = Math.round((BAR_CHARACTERS * done) / length);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CHARACTERS - filled);
    const failed = this.failed > 0 ? `  ${this.failed} failed` : '';
    const left = ((Date.now() - this.began) / 1000 / this.sent) * (length - done);
    const rest = done < length ? `  about ${shownSeconds(left)} left` : '';
    this.screen.write(`${CLEAR_LINE}${bar} ${done}/${length}  ${shownCost(this.cost)}${failed}${rest}`);
  }
}

function resultOf({ outcome }: ReplayEntry): string {
  if (!outcome) return 'not sent';
  if ('failure' in outcome) return `failed: ${outcome.failure.code}`;
  const { status, error, latency, cost } = outcome.row;
  return status === 'ok' ? `${shownSeconds(latency)}  ${shownCost(cost)}` : `failed: ${error ?? status}`;
}
