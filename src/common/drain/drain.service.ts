import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { RequestContext } from '../http/request-context.js';
import { Problem } from '../problem.js';

/** The service stopped before the answer was complete. */
export class Interrupted extends Problem {
  constructor() {
    super({
      status: 503,
      code: 'interrupted',
      detail: 'The service is shutting down and could not wait for the answer. Try again.',
      retryAfter: 1,
    });
  }
}

/** Lets running chats finish when the service is told to stop, and ends those that do not in time. */
@Injectable()
export class DrainService implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly running = new Set<RequestContext>();
  private onIdle: (() => void) | undefined;
  private stopping = false;

  constructor(private readonly settings: Settings) {}

  get draining(): boolean {
    return this.stopping;
  }

  /** Chats under way. */
  get active(): number {
    return this.running.size;
  }

  /** Throws Problem `shutting_down` (503) once the service has been told to stop. */
  assertOpen(): void {
    if (this.stopping)
      throw new Problem({
        status: 503,
        code: 'shutting_down',
        detail: 'The service is shutting down. Try again.',
        retryAfter: 1,
      });
  }

  /** Counts a chat as running until its response is closed. */
  enter(context: RequestContext): void {
    this.running.add(context);
    context.onClosed(() => {
      this.running.delete(context);
      if (this.running.size === 0) this.onIdle?.();
    });
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Before the server closes: waits for running chats, at most SHUTDOWN_TIMEOUT_MS, then interrupts them. */
  async beforeApplicationShutdown(): Promise<void> {
    if (await this.idleWithin(this.settings.SHUTDOWN_TIMEOUT_MS)) return;
    this.interrupt();
    await this.idleWithin(2_000);
  }

  /** Ends all running chats now: their clients get an error, their rows say `interrupted`. */
  interrupt(): void {
    for (const context of this.running) context.cancel(new Interrupted());
  }

  private idleWithin(ms: number): Promise<boolean> {
    if (this.running.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(false);
      }, ms);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
