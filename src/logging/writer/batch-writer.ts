import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult } from '../log-store.js';
import type { Outage } from './outage.js';

/** Maximum size of the items in one write; a larger item is written alone. Limits the copy that a sink may make. */
const BATCH_MAX_BYTES = 8 * 1024 * 1024;
/** A sink that has not answered for this long counts as failed, though its answer is still awaited. */
const STALL_MS = 5_000;
const STOP_RETRY_MS = 100;

export interface BatchSink<T> {
  /** Writes all items, in order, or throws and writes none. Not called again before it has settled. */
  write(items: readonly T[]): Promise<void>;
  /** Throws if nothing could be written now. */
  check(): Promise<void>;
}

interface Waiting<T> {
  item: T;
  bytes: number;
  /** Undefined once the caller was told that its item is pending. */
  settle: ((result: AppendResult) => void) | undefined;
}

/**
 * Collects the next batch while one is being written, so that a sink with slow writes is not slow per item. An item
 * leaves the queue only when it is written: after an outage all items are tried again, in order.
 */
export class BatchWriter<T> {
  private readonly queue: Waiting<T>[] = [];
  private queuedBytes = 0;
  private running: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private keptItems = 0;
  private stopped = false;
  written = 0;
  batches = 0;

  /**
   * @param sizeOf bytes of memory that a waiting item takes
   * @param onWritten called for each item once it is written, before `append` resolves
   */
  constructor(
    private readonly sink: BatchSink<T>,
    private readonly outage: Outage,
    private readonly sizeOf: (item: T) => number,
    private readonly onWritten?: (item: T) => void,
  ) {}

  get pendingItems(): number {
    return this.queue.length;
  }

  get pendingBytes(): number {
    return this.queuedBytes;
  }

  /** Is a write in progress? */
  get isWriting(): boolean {
    return this.running !== undefined;
  }

  append(item: T): Promise<AppendResult> {
    const bytes = this.sizeOf(item);
    this.queuedBytes += bytes;
    if (this.stopped || this.outage.reason !== undefined) {
      this.keptItems++;
      this.queue.push({ item, bytes, settle: undefined });
      return Promise.resolve('pending');
    }
    return new Promise((settle) => {
      this.queue.push({ item, bytes, settle });
      this.start();
    });
  }

  /**
   * Flushes, repeatedly if the sink fails, for at most `graceMs`. No batch begins later; one that hangs is abandoned.
   * @returns the items that were not written
   */
  async stop(graceMs: number): Promise<T[]> {
    const end = AbortSignal.timeout(graceMs);
    const expired = once(end, 'abort');
    await Promise.race([this.flush(), expired]);
    while (this.queue.length > 0 && !end.aborted) {
      await sleep(STOP_RETRY_MS);
      await Promise.race([this.flush(), expired]);
    }
    this.stopped = true;
    clearTimeout(this.retry);
    this.letCallersGo();
    return this.queue.map(({ item }) => item);
  }

  /** Resolves when nothing is in progress: everything is written, or the sink has just failed again. */
  async flush(): Promise<void> {
    clearTimeout(this.retry);
    this.start();
    while (this.running) await this.running;
  }

  /** Checks the sink without an item to write; also retries after an outage without items. */
  probe(): void {
    if (this.retry === undefined) this.start();
  }

  private start(): void {
    if (this.stopped) return;
    this.running ??= this.drain();
  }

  private async drain(): Promise<void> {
    this.retry = undefined;
    // Items of the same tick share the first write.
    await Promise.resolve();
    try {
      if (this.queue.length === 0) await this.sink.check();
      while (this.queue.length > 0 && !this.stopped) await this.writeBatch();
      if (this.queue.length > 0) return;
      this.outage.end(this.keptItems);
      this.keptItems = 0;
    } catch (error) {
      this.fail(error);
      if (this.stopped) return;
      this.retry = setTimeout(() => {
        this.start();
      }, this.outage.nextRetryMs()).unref();
    } finally {
      // In the same tick as the last check of the queue: an item that arrives later starts the next drain.
      this.running = undefined;
    }
  }

  private async writeBatch(): Promise<void> {
    const batch = this.nextBatch();
    const stall = setTimeout(() => {
      this.fail(new Error(`the disk has not answered for ${STALL_MS} ms`));
    }, STALL_MS).unref();
    try {
      await this.sink.write(batch.map(({ item }) => item));
    } finally {
      clearTimeout(stall);
    }
    this.written += batch.length;
    this.batches++;
    this.queue.splice(0, batch.length);
    for (const { item, bytes, settle } of batch) {
      this.queuedBytes -= bytes;
      this.onWritten?.(item);
      settle?.('written');
    }
  }

  private nextBatch(): Waiting<T>[] {
    let count = 0;
    let size = 0;
    for (const { bytes } of this.queue) {
      if (count > 0 && size + bytes > BATCH_MAX_BYTES) break;
      size += bytes;
      count++;
    }
    return this.queue.slice(0, count);
  }

  private fail(error: unknown): void {
    this.outage.begin(error);
    this.letCallersGo();
  }

  /** Stops callers from waiting for a failed sink: they get `pending`, and their items stay here. */
  private letCallersGo(): void {
    for (const waiting of this.queue) {
      if (!waiting.settle) continue;
      this.keptItems++;
      waiting.settle('pending');
      waiting.settle = undefined;
    }
  }
}
