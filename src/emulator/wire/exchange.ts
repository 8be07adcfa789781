import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Interruption } from './frames.js';

const resetDelayMs = 20;
/** What waits is told by an error that the connection is closed; whoever waits asks `gone`. */
const ignore = () => undefined;

/** One call under way: writing with backpressure, waiting, and noticing that the client has left. */
export class Exchange {
  private readonly bytesBefore: number;
  private readonly closed = new AbortController();
  private endedHere = false;
  readonly startedAt = performance.now();
  /** When the head of an answer left; undefined if none has, as with a refusal. */
  answeredAt: number | undefined;
  /** In stream frames so far: what an aborted call costs. */
  tokensSent = 0;
  /** The answer ended with an error of the model: nothing is billed for it. */
  failed = false;

  constructor(
    readonly response: ServerResponse,
    private readonly socket: Socket,
  ) {
    this.bytesBefore = socket.bytesWritten;
    response.once('close', () => {
      this.closed.abort();
    });
  }

  /** The connection is closed; nothing can be written any more. */
  get gone(): boolean {
    return this.closed.signal.aborted;
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
    if (ms > 0) await delay(ms, undefined, this.closed).catch(ignore);
  }

  /** Resolves once the client has taken enough of what was written before. */
  async write(data: string | Uint8Array): Promise<void> {
    if (!this.gone && !this.response.write(data))
      await once(this.response, 'drain', this.closed).catch(ignore);
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
      await once(this.response, 'close', this.closed).catch(ignore);
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
}
