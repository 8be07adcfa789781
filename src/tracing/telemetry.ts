import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tracing } from './tracing.js';

/** Maximum time to send what is left when the service stops. */
const FLUSH_MS = 3_000;

/** A provider of OpenTelemetry that can flush and stop. */
interface Sender {
  shutdown(): Promise<void>;
}

/** The running OpenTelemetry providers, if any. */
export class Telemetry implements OnApplicationShutdown {
  constructor(
    readonly tracing: Tracing,
    private readonly senders: readonly Sender[],
  ) {}

  /** A collector that hangs must not delay the stop; the exporters have reported one that is gone. */
  async onApplicationShutdown(): Promise<void> {
    if (this.senders.length === 0) return;
    const sent = Promise.allSettled(this.senders.map((sender) => sender.shutdown()));
    await Promise.race([sent, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}
