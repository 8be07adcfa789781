import { setImmediate as afterOthers } from 'node:timers/promises';

const TURN_MS = 8;

/** How long one piece of work has held the event loop, so that it can let others have it in time. */
export class Turn {
  private began = performance.now();

  get isOver(): boolean {
    return performance.now() - this.began > TURN_MS;
  }

  /** Lets go; comes back when all who waited had theirs. */
  async pass(): Promise<void> {
    await afterOthers();
    this.began = performance.now();
  }
}
