import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tracing } from './tracing.js';

/** How long what is still to be sent may take when the service stops. */
const FLUSH_MS = 3_000;

/** What can be told to send the rest and stop: a provider of OpenTelemetry. */
interface Sender {
  shutdown(): Promise<void>;
}

/** What is measured and followed for OpenTelemetry, if anything is. */
export class Telemetry implements OnApplicationShutdown {
  constructor(
    readonly tracing: Tracing,
    private readonly senders: readonly Sender[],
  ) {}

  /** A collector that hangs does not hold the stop, and one that is gone has been told of. */
  async onApplicationShutdown(): Promise<void> {
    if (this.senders.length === 0) return;
    const sent = Promise.allSettled(this.senders.map((sender) => sender.shutdown()));
    await Promise.race([sent, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}
