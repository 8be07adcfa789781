import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult } from '../log-store.js';
import type { Outage } from './outage.js';

/** Rows that share one write; a larger one goes alone. Bounds the copy that is made of a batch. */
const BATCH_MAX_BYTES = 8 * 1024 * 1024;
/** A disk that has not answered for this long is treated as failed, though its answer is still waited for. */
const STALL_MS = 5_000;
const STOP_RETRY_MS = 100;

/** Keeps all bytes or throws and keeps none. */
export interface RowSink {
  write(rows: Buffer): Promise<void>;
  check(): Promise<void>;
}

interface WaitingRow {
  bytes: Buffer;
  /** Absent once the chat was told that its row is pending. */
  settle: ((result: AppendResult) => void) | undefined;
}

/**
 * While one batch is being written the next one gathers, so that a disk that is slow per write is not slow per row.
 * A row leaves the queue only when it was written: what an outage interrupts stays, in order, and is tried again.
 */
export class GroupCommit {
  private readonly queue: WaitingRow[] = [];
  private queuedBytes = 0;
  private running: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private keptRows = 0;
  private stopped = false;
  written = 0;
  batches = 0;

  constructor(
    private readonly sink: RowSink,
    private readonly outage: Outage,
  ) {}

  get pendingRows(): number {
    return this.queue.length;
  }

  get pendingBytes(): number {
    return this.queuedBytes;
  }

  append(bytes: Buffer): Promise<AppendResult> {
    this.queuedBytes += bytes.length;
    if (this.stopped || this.outage.reason !== undefined) {
      this.keptRows++;
      this.queue.push({ bytes, settle: undefined });
      return Promise.resolve('pending');
    }
    return new Promise((settle) => {
      this.queue.push({ bytes, settle });
      this.start();
    });
  }

  /** Flushes, again and again if the log cannot take the rows now, but no longer than `graceMs`. Nothing is written later. */
  async stop(graceMs: number): Promise<void> {
    const end = AbortSignal.timeout(graceMs);
    const expired = once(end, 'abort');
    await Promise.race([this.flush(), expired]);
    while (this.queue.length > 0 && !end.aborted) {
      await sleep(STOP_RETRY_MS);
      await Promise.race([this.flush(), expired]);
    }
    this.stopped = true;
    clearTimeout(this.retry);
    // The file must not be closed under a batch.
    await this.running;
    this.letAnswersGo();
  }

  /** Resolves when nothing is under way: all rows are written, or the log has failed again just now. */
  async flush(): Promise<void> {
    clearTimeout(this.retry);
    this.start();
    while (this.running) await this.running;
  }

  /** Looks at the file without a row to write; also the retry of an outage that left none. */
  probe(): void {
    if (this.retry === undefined) this.start();
  }

  private start(): void {
    if (this.stopped) return;
    this.running ??= this.drain();
  }

  private async drain(): Promise<void> {
    this.retry = undefined;
    // Rows of the same tick share the first write.
    await Promise.resolve();
    try {
      if (this.queue.length === 0) await this.sink.check();
      while (this.queue.length > 0 && !this.stopped) await this.writeBatch();
      if (this.queue.length > 0) return;
      this.outage.end(this.keptRows);
      this.keptRows = 0;
    } catch (error) {
      this.fail(error);
      if (this.stopped) return;
      this.retry = setTimeout(() => {
        this.start();
      }, this.outage.nextRetryMs()).unref();
    } finally {
      // In the same tick as the last look at the queue: a row that comes after it starts the next drain.
      this.running = undefined;
    }
  }

  private async writeBatch(): Promise<void> {
    const { count, bytes } = this.nextBatch();
    const stall = setTimeout(() => {
      this.fail(new Error(`the disk has not answered for ${STALL_MS} ms`));
    }, STALL_MS).unref();
    try {
      await this.sink.write(bytes);
    } finally {
      clearTimeout(stall);
    }
    this.written += count;
    this.batches++;
    this.queuedBytes -= bytes.length;
    for (const row of this.queue.splice(0, count)) row.settle?.('written');
  }

  private nextBatch(): { count: number; bytes: Buffer } {
    let count = 0;
    let size = 0;
    for (const { bytes } of this.queue) {
      if (count > 0 && size + bytes.length > BATCH_MAX_BYTES) break;
      size += bytes.length;
      count++;
    }
    const rows = this.queue.slice(0, count).map(({ bytes }) => bytes);
    return { count, bytes: count === 1 && rows[0] ? rows[0] : Buffer.concat(rows, size) };
  }

  private fail(error: unknown): void {
    this.outage.begin(error);
    this.letAnswersGo();
  }

  /** Nobody waits for a log that cannot take rows: answers go out as pending and their rows stay here. */
  private letAnswersGo(): void {
    for (const row of this.queue) {
      if (!row.settle) continue;
      this.keptRows++;
      row.settle('pending');
      row.settle = undefined;
    }
  }
}
