import { connect, type Socket } from 'node:net';

/** One connection to the service, byte by byte. */
export class RawClient {
  text = '';
  ending: 'open' | 'fin' | 'rst' = 'open';
  readonly socket: Socket;
  private readonly over: Promise<void>;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    this.socket.setEncoding('utf8');
    this.socket.on('data', (data: string) => (this.text += data));
    this.over = new Promise((resolve) => {
      this.socket.once('end', () => {
        this.ending = 'fin';
        this.socket.end();
        resolve();
      });
      this.socket.once('error', () => {
        this.ending = 'rst';
        resolve();
      });
    });
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** Until the service has closed the connection. */
  async ended(): Promise<this> {
    await this.over;
    this.socket.destroy();
    return this;
  }

  /** Status lines of all responses so far. */
  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  }
}

/** A POST /chat as bytes. */
export function post(body: string | Buffer, ...headers: string[]): string {
  const lines = headers.some((line) => /^content-type/i.test(line))
    ? headers
    : ['Content-Type: application/json', ...headers];
  return ['POST /chat HTTP/1.1', 'Host: localhost', ...lines, '', body.toString()].join('\r\n');
}

/** The same with its Content-Length. */
export function sized(body: string, ...headers: string[]): string {
  return post(body, `Content-Length: ${Buffer.byteLength(body)}`, ...headers);
}

export const CHAT = JSON.stringify({ model: 'llama', prompt: 'Say something.' });
