import { setImmediate as afterOthers } from 'node:timers/promises';

const TURN_MS = 8;

/** Measures how long a task has held the event loop, so that it can yield in time. */
export class Turn {
  private began = performance.now();

  get isOver(): boolean {
    return performance.now() - this.began > TURN_MS;
  }

  /** Yields; resolves when all other pending work has had its turn. */
  async pass(): Promise<void> {
    await afterOthers();
    this.began = performance.now();
  }
}
