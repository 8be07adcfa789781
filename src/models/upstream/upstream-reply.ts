import type { Dispatcher } from 'undici';

export type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Bytes that may wait for a slow reader before the upstream is paused. */
const HIGH_WATER_BYTES = 64 * 1024;

export interface ReplyHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: UpstreamHeaders;
  /** When its request was sent, by `performance.now()`. */
  readonly sentAt: number;
}

/**
 * An upstream's reply while it arrives. Replaces a Node stream, which would cost more than the rest of a call: one
 * reader, whole reads, and backpressure to the socket.
 */
export class UpstreamReply {
  private chunks: Buffer[] = [];
  private waitingBytes = 0;
  private ended = false;
  private discarding: NodeJS.Timeout | undefined;
  private failure: Error | undefined;
  private reader: { resolve(chunks: Buffer[] | undefined): void; reject(error: Error): void } | undefined;

  constructor(
    private readonly controller: Dispatcher.DispatchController,
    readonly head: ReplyHead,
  ) {}

  /** Has data arrived that has not been read? */
  get hasBytes(): boolean {
    return this.chunks.length > 0;
  }

  /** Everything since the last call, waiting if nothing has arrived; undefined at the end. One call at a time. */
  read(): Promise<Buffer[] | undefined> {
    if (this.chunks.length > 0) return Promise.resolve(this.take());
    if (this.failure) return Promise.reject(this.failure);
    if (this.ended) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.reader = { resolve, reject };
    });
  }

  /** Skips a short rest, so that the connection can be reused; otherwise closes it. */
  discard(): void {
    if (this.ended || this.failure) return;
    this.waitingBytes = 0;
    this.chunks = [];
    if (this.controller.paused) this.controller.resume();
    // The connection has one second to end its answer; unref, because nothing waits for this.
    this.discarding ??= setTimeout(() => {
      this.cancel('The rest of the answer was not wanted.');
    }, 1_000).unref();
  }

  /** Called by the dispatcher. */
  onData(chunk: Buffer): void {
    this.waitingBytes += chunk.length;
    if (this.discarding) {
      if (this.waitingBytes > HIGH_WATER_BYTES) this.cancel('The rest of the answer was too long.');
      return;
    }
    this.chunks.push(chunk);
    if (this.reader) this.settleReader();
    else if (this.waitingBytes > HIGH_WATER_BYTES) this.controller.pause();
  }

  /** Called by the dispatcher. */
  onEnd(): void {
    clearTimeout(this.discarding);
    this.ended = true;
    this.settleReader();
  }

  /** Called by the dispatcher. */
  onError(error: Error): void {
    clearTimeout(this.discarding);
    this.failure = error;
    this.reader?.reject(error);
    this.reader = undefined;
  }

  private cancel(why: string): void {
    if (!this.ended && !this.failure) this.controller.abort(new Error(why));
  }

  private settleReader(): void {
    const reader = this.reader;
    this.reader = undefined;
    reader?.resolve(this.chunks.length > 0 ? this.take() : undefined);
  }

  private take(): Buffer[] {
    const taken = this.chunks;
    this.chunks = [];
    this.waitingBytes = 0;
    if (this.controller.paused) this.controller.resume();
    return taken;
  }
}
