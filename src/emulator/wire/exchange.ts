import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Interruption } from './frames.js';
import type { Reply } from './problem.js';

const resetDelayMs = 20;

/** One completion under way: writing with backpressure, waiting, and noticing that the client has left. */
export class Exchange {
  private readonly socket: Socket;
  private readonly bytesBefore: number;
  private wake: (() => void) | undefined;
  private endedHere = false;
  /** The connection is closed; nothing can be written any more. */
  gone = false;
  /** Content and reasoning that left so far, in stream frames: what an aborted call costs. */
  piecesSent = 0;
  /** The answer ended with an error of the model: nothing is billed for it. */
  failed = false;
  readonly startedAt = performance.now();

  constructor(
    readonly response: ServerResponse,
    socket: Socket,
  ) {
    this.socket = socket;
    this.bytesBefore = socket.bytesWritten;
    response.once('close', () => {
      this.gone = true;
      this.wake?.();
    });
    response.on('drain', () => this.wake?.());
  }

  /** The client left before the end and not because the emulator hung up. */
  get cancelled(): boolean {
    return this.gone && !this.response.writableFinished && !this.endedHere;
  }

  /** Bytes on the wire for this response so far, headers included. */
  get bytes(): number {
    return this.socket.bytesWritten - this.bytesBefore;
  }

  /** Resolves after `ms` or as soon as the connection closes. */
  async wait(ms: number): Promise<void> {
    if (this.gone || ms <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.wake = undefined;
  }

  /** Resolves once the client has taken enough of what was written before. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.gone) return;
    if (!this.response.write(data)) await this.nextWake();
  }

  send(reply: Reply): void {
    const length = Buffer.byteLength(reply.body);
    this.response.writeHead(reply.status, { ...reply.headers, 'Content-Length': length });
    this.response.end(reply.body);
  }

  /** Bytes outside HTTP, such as a whole response that Node would refuse to write. */
  writeRaw(data: Uint8Array): void {
    this.socket.write(data);
  }

  /** Ends the connection in the middle of whatever is under way: with a FIN, with a RST, or by the client's patience. */
  async interrupt(how: Interruption): Promise<void> {
    if (how === 'end') {
      this.response.end();
      return;
    }
    if (how === 'stall') {
      while (!this.gone) await this.nextWake();
      return;
    }
    if (how === 'reset' && this.response.headersSent) {
      // libuv, so any client on Node, reports data and a RST that arrive together as a clean end. A turn of the event
      // loop after the pause is for a client in this very process.
      await this.wait(resetDelayMs);
      await nextTurn();
    }
    this.endedHere = true;
    if (how === 'cut') this.socket.destroySoon();
    else this.socket.resetAndDestroy();
  }

  private async nextWake(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
  }
}
