import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStream, type EventEncoder } from './event-stream.js';
import { RequestContext } from './request-context.js';

/** In milliseconds. */
interface Pace {
  readonly stallTimeoutMs: number;
  readonly heartbeatMs?: number;
}

const encoder: EventEncoder<string> = {
  encode: (text) => text,
  end: () => '<end>',
  fail: ({ code }) => `<${code}>`,
};

/** The result of a reply and of its source. */
interface Outcome {
  pulled: number;
  released: boolean;
  abortedWith: string | undefined;
}

/** Serves the stream on a real socket; records how many texts were pulled from its source. */
class StreamServer {
  private readonly server: Server;
  readonly outcome: Outcome = {
    pulled: 0,
    released: false,
    abortedWith: undefined,
  };
  response: Response | undefined;
  /** Resolves when the reply was sent completely or its connection was closed. */
  readonly closed: Promise<void>;
  private onClosed: (() => void) | undefined;

  constructor(texts: (signal: AbortSignal) => AsyncIterable<string>, pace: Pace) {
    this.closed = new Promise((resolve) => (this.onClosed = resolve));
    this.server = createServer((_request, reply) => {
      const response = reply as unknown as Response;
      this.response = response;
      const context = new RequestContext(response, undefined, undefined);
      context.limitStall(pace.stallTimeoutMs);
      reply.once('close', () => this.onClosed?.());
      context.signal.addEventListener('abort', () => {
        this.outcome.abortedWith = (context.signal.reason as { code: string }).code;
      });
      void EventStream.begin(this.counted(texts(context.signal)), encoder, context).then((stream) =>
        stream.sendTo(response, pace.heartbeatMs),
      );
    });
  }

  async connect(): Promise<Socket> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const socket = connect((this.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return socket;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve).closeAllConnections();
    });
  }

  private async *counted(texts: AsyncIterable<string>): AsyncGenerator<string, void, void> {
    try {
      for await (const text of texts) {
        this.outcome.pulled++;
        yield text;
      }
    } finally {
      this.outcome.released = true;
    }
  }
}

async function* repeated(piece: string, count: number): AsyncGenerator<string, void, void> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(piece);
}

async function* silence(signal: AbortSignal): AsyncGenerator<string, void, void> {
  yield 'first ';
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

describe('EventStream', () => {
  let server: StreamServer;

  afterEach(() => server.close());

  it('sends comments while idle, and stops when the client disconnects', async () => {
    server = new StreamServer(silence, { stallTimeoutMs: 1000, heartbeatMs: 10 });
    const socket = await server.connect();
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => (text += data));
    while (text.split(': keep-alive\n\n').length < 4) await sleep(5);
    socket.destroy();
    await server.closed;
    await sleep(0);
    expect(server.outcome).toMatchObject({ released: true, abortedWith: 'client_closed' });
    expect(text.indexOf('first ')).toBeLessThan(text.indexOf(': keep-alive\n'));
  });

  it('C6: pulls nothing while the client does not read, then gives up; leaves no listener behind', async () => {
    const piece = 'x'.repeat(64 * 1024);
    server = new StreamServer(() => repeated(piece, (300 * 1024 * 1024) / piece.length), {
      stallTimeoutMs: 300,
      heartbeatMs: 10,
    });
    const socket = await server.connect();
    await server.closed;
    // What the kernel's buffers hold, plus one piece in the process.
    expect(server.outcome.pulled).toBeLessThan(200);
    expect(server.response!.writableLength).toBeLessThan(2 * 1024 * 1024);
    expect(server.outcome).toMatchObject({ released: true, abortedWith: 'client_stalled' });
    socket.destroy();
  });

  it('continues when a slow client resumes reading, without adding listeners', async () => {
    const piece = 'x'.repeat(64 * 1024);
    server = new StreamServer(() => repeated(piece, 300), { stallTimeoutMs: 5000 });
    const socket = await server.connect();
    let size = 0;
    let most = 0;
    for await (const data of socket) {
      size += (data as Buffer).length;
      most = Math.max(
        most,
        server.response!.listenerCount('drain') + server.response!.listenerCount('error'),
      );
      if (size > 300 * piece.length) break;
    }
    expect(most).toBeLessThan(5);
    expect(server.outcome.pulled).toBe(300);
  });

  it('reports a failure within a stream that has begun', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    server = new StreamServer(
      async function* () {
        yield 'first ';
        await sleep(1);
        throw new Error('nobody foresaw this');
      },
      { stallTimeoutMs: 1000 },
    );
    const socket = await server.connect();
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => (text += data));
    await server.closed;
    while (!text.includes('<internal_error>')) await sleep(5);
    expect(text).not.toContain('<end>');
  });

  it('closes a connection whose client never reads the end', async () => {
    server = new StreamServer(() => repeated('x'.repeat(16 * 1024 * 1024), 1), { stallTimeoutMs: 200 });
    const socket = await server.connect();
    await server.closed;
    expect(server.outcome.abortedWith).toBe('client_stalled');
    socket.destroy();
  });
});
