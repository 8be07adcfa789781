import { setTimeout as sleep } from 'node:timers/promises';
import type { Outage } from '../writer/outage.js';
import { isRefused } from './database-errors.js';

const AGAIN_MS = 200;

/** One kind of line that can be shipped. */
export interface Shippable {
  /** Lines in the spill. */
  readonly waiting: number;
  /** Ships what waits until there is nothing, or rejects when the database fails. */
  ship(signal: AbortSignal): Promise<void>;
}

/**
 * Whether the database can be written to. While it cannot, it is tried again in the background, and what waits in the
 * spill is shipped when it is back.
 */
export class DatabaseLink {
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;
  private spilled = 0;
  private shippables: readonly Shippable[] = [];

  /** @param prepare rejects while the database does not answer */
  constructor(
    private readonly outage: Outage,
    private readonly prepare: () => Promise<void>,
  ) {}

  begin(shippables: readonly Shippable[]): void {
    this.shippables = shippables;
    this.wake();
  }

  get isDown(): boolean {
    return this.outage.reason !== undefined;
  }

  /** A statement failed; its lines go to the spill. A line that is refused says nothing about the database. */
  failed(error: unknown): void {
    if (isRefused(error)) return;
    this.outage.begin(error);
    this.wake();
  }

  /** A line is in the spill now. */
  hasSpilled(): void {
    this.spilled++;
    this.wake();
  }

  /** The database took lines. */
  isUp(): void {
    this.outage.end(this.spilled);
    this.spilled = 0;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private get hasWaiting(): boolean {
    return this.shippables.some(({ waiting }) => waiting > 0);
  }

  private wake(): void {
    if (this.running || this.stopped.signal.aborted || !(this.isDown || this.hasWaiting)) return;
    this.running = this.run().finally(() => {
      this.running = undefined;
      this.wake();
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted && (this.isDown || this.hasWaiting)) {
      try {
        if (this.isDown) await this.prepare();
        for (const shippable of this.shippables) await shippable.ship(signal);
        this.isUp();
        // What came meanwhile, or cannot be read now.
        if (this.hasWaiting) await this.pause(AGAIN_MS);
      } catch (error) {
        this.outage.begin(error);
        await this.pause(this.outage.nextRetryMs());
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
  }
}
