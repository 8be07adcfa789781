import { ReplayStopped } from './patience.js';

/** npm passes on a Ctrl-C that the terminal has sent to all already: two so close are one. */
const SAME_MS = 500;
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Ctrl-C and its like: the first lets answers under way arrive, a second one gives them up. */
export class Interrupts {
  private readonly first = new AbortController();
  private readonly second = new AbortController();
  private firstAt = 0;

  /** @param onFirst is told of the first, with what the process ends with, as shells expect */
  constructor(private readonly onFirst: (exitCode: number) => void) {
    for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[])
      process.on(name, () => {
        this.interrupt(NUMBERS[name]);
      });
  }

  /** Nothing new is to begin. */
  get asked(): AbortSignal {
    return this.first.signal;
  }

  /** What is under way is to end. */
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
