import { tooManyQuestions } from '../log-failures.js';

/** Lets a few readers work at once; some more wait their turn, the rest are refused. */
export class ReaderSlots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    atOnce: number,
    private readonly maxWaiting: number,
  ) {
    this.free = atOnce;
  }

  /** Waits for a slot; call the result, once, to give it back. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.free > 0) this.free--;
    else await this.turn(signal);
    return () => {
      this.pass();
    };
  }

  private async turn(signal?: AbortSignal): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) throw tooManyQuestions();
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(signal?.reason as Error);
      };
      this.waiting.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  private pass(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
