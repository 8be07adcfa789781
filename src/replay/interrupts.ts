import { ReplayStopped } from './patience.js';

/** npm repeats a Ctrl-C that the terminal has already sent to all processes: two this close count as one. */
const SAME_MS = 500;
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Ctrl-C and similar signals: after the first, running chats may finish; a second one aborts them. */
export class Interrupts {
  private readonly first = new AbortController();
  private readonly second = new AbortController();
  private firstAt = 0;

  /** @param onFirst is called on the first signal with the exit code that shells expect */
  constructor(private readonly onFirst: (exitCode: number) => void) {
    for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[])
      process.on(name, () => {
        this.interrupt(NUMBERS[name]);
      });
  }

  /** Aborted when no new chat may begin. */
  get asked(): AbortSignal {
    return this.first.signal;
  }

  /** Aborted when running chats must end. */
  get insisted(): AbortSignal {
    return this.second.signal;
  }

  private interrupt(signal: number): void {
    const now = Date.now();
    if (!this.first.signal.aborted) {
      this.firstAt = now;
      this.onFirst(128 + signal);
      this.first.abort(new ReplayStopped('Interrupted.'));
    } else if (now - this.firstAt > SAME_MS) this.second.abort(new ReplayStopped('Interrupted.'));
  }
}
