import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
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

/** How long interrupted chats have to send their error and write their rows. */
const FAREWELL_MS = 2_000;

/** On shutdown, lets running chats finish and interrupts those that take too long. */
@Injectable()
export class DrainService implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly running = new Set<RequestContext>();
  private onIdle: (() => void) | undefined;
  private stopping = false;
  private hurried = false;
  private endOfPatience: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly host: HttpAdapterHost,
  ) {}

  get draining(): boolean {
    return this.stopping;
  }

  /** Number of running chats. */
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

  /** Refuses new chats from now on, and closes each connection after its current answer. */
  onModuleDestroy(): void {
    this.stopping = true;
    for (const context of this.running) context.closeConnectionAfterReply();
    this.endConnectionsIn(this.settings.SHUTDOWN_TIMEOUT_MS + FAREWELL_MS);
  }

  /** Before the server closes: waits for running chats, at most SHUTDOWN_TIMEOUT_MS, then interrupts them. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.hurried || !(await this.idleWithin(this.settings.SHUTDOWN_TIMEOUT_MS))) {
      this.interrupt();
      await this.idleWithin(FAREWELL_MS);
    }
    // Browsers and fetch open spare connections. Node does not count one that never carried a request as idle, so it
    // would keep the server from closing.
    this.endConnectionsIn(FAREWELL_MS);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.endOfPatience);
  }

  /** Stops waiting: interrupts running chats now, and closes all other connections shortly. */
  hurry(): void {
    this.hurried = true;
    this.interrupt();
    this.endConnectionsIn(FAREWELL_MS);
  }

  /** Ends all running chats now: their clients get an error, their rows say `interrupted`. */
  private interrupt(): void {
    for (const context of this.running) context.cancel(new Interrupted());
  }

  /** Requests other than chats, such as an export or half a request, would otherwise keep the server from closing. */
  private endConnectionsIn(ms: number): void {
    clearTimeout(this.endOfPatience);
    this.endOfPatience = setTimeout(() => {
      (this.host.httpAdapter.getHttpServer() as Server).closeAllConnections();
    }, ms).unref();
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
