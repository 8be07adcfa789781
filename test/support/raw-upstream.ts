import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Answers one request, in bytes. `request` is its head and body as they came, `count` the requests so far. */
export type RawHandler = (socket: Socket, request: string, count: number) => void;

/** An upstream without manners: it writes whatever bytes a test wants, whenever. */
export class RawUpstream {
  readonly requests: string[] = [];
  /** Connections accepted in all. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(handle: RawHandler): Promise<RawUpstream> {
    const server = createServer();
    const upstream = new RawUpstream(server);
    server.on('connection', (socket) => {
      upstream.attend(socket, handle);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1`;
  }

  /** Connections open now. */
  get open(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private attend(socket: Socket, handle: RawHandler): void {
    this.connections++;
    this.sockets.add(socket);
    let waiting = '';
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      waiting += data.toString('latin1');
      for (let end = requestEnd(waiting); end > 0; end = requestEnd(waiting)) {
        const request = waiting.slice(0, end);
        waiting = waiting.slice(end);
        handle(socket, request, this.requests.push(request));
      }
    });
  }
}

/** Where the first request ends; 0 if it has not arrived in full. */
function requestEnd(text: string): number {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, headEnd))?.[1] ?? 0);
  const end = headEnd + 4 + length;
  return text.length >= end ? end : 0;
}

/** A head for an answer whose end the upstream decides. */
export function head(contentType: string, ...headers: string[]): string {
  return ['HTTP/1.1 200 OK', `Content-Type: ${contentType}`, ...headers, '', ''].join('\r\n');
}

export const STREAM_HEAD = head('text/event-stream', 'Transfer-Encoding: chunked');

/** One chunk of a chunked body. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

export const LAST_CHUNK = '0\r\n\r\n';

/** An event with a piece of text, or with the reason of the end. */
export function event(content: string | undefined, finishReason: string | null = null): string {
  const choice = { index: 0, delta: content === undefined ? {} : { content }, finish_reason: finishReason };
  return `data: ${JSON.stringify({ id: 'gen-1', choices: [choice] })}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';

/** A whole answer as one chunked reply. */
export function answer(text: string): string {
  return STREAM_HEAD + chunk(event(text) + event(undefined, 'stop') + DONE) + LAST_CHUNK;
}
