import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

const HEAD_END = Buffer.from('\r\n\r\n');
const CRLF = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * One keep-alive connection of the load generator: sends bytes made in advance and takes the reply apart as far as
 * needed. A full HTTP client would use more CPU than the fastest candidate and take it from all of them.
 */
export class Connection {
  #pending = NOTHING;
  /** What is still missing of the body, or of the current HTTP chunk with its CRLF; undefined before the head. */
  #left;
  #chunked = false;
  #parts = [];
  #reply;
  #settle;

  /** @param {{ host: string, port: number }} target */
  static async open(target) {
    const connection = new Connection(connect({ ...target, noDelay: true }));
    await new Promise((resolve, reject) => {
      connection.socket.once('connect', resolve).once('error', reject);
    });
    return connection;
  }

  constructor(socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#end({ status: 0 }));
  }

  /** Resolves with `{status, body, firstByteAt, endedAt}`; status 0 where the connection broke. */
  send(requestBytes) {
    this.#reply = { status: 0, body: NOTHING, firstByteAt: 0, endedAt: 0 };
    this.socket.write(requestBytes);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  close() {
    this.socket.destroy();
  }

  #read(bytes) {
    let rest = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes;
    this.#pending = NOTHING;
    if (this.#left === undefined) rest = this.#readHead(rest);
    if (this.#left === undefined) this.#pending = rest;
    else if (this.#chunked) this.#readChunks(rest);
    else this.#readPlain(rest);
  }

  #readHead(bytes) {
    const end = bytes.indexOf(HEAD_END);
    if (end === -1) return bytes;
    const head = bytes.latin1Slice(0, end);
    this.#reply.status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#chunked = length === undefined;
    this.#left = Number(length ?? 0);
    return bytes.subarray(end + HEAD_END.length);
  }

  #readPlain(bytes) {
    this.#left -= bytes.length;
    this.#keep(bytes);
    if (this.#left <= 0) this.#complete();
  }

  #readChunks(bytes) {
    let at = 0;
    for (;;) {
      const lineEnd = bytes.indexOf(CRLF, at);
      const size = lineEnd === -1 ? NaN : parseInt(bytes.latin1Slice(at, lineEnd), 16);
      const next = lineEnd + 2 + size + 2;
      if (!(next <= bytes.length)) break;
      if (size === 0) {
        this.#complete();
        return;
      }
      this.#keep(bytes.subarray(lineEnd + 2, next - 2));
      at = next;
    }
    this.#pending = bytes.subarray(at);
  }

  #keep(bytes) {
    if (bytes.length === 0) return;
    if (this.#parts.length === 0) this.#reply.firstByteAt = performance.now();
    this.#parts.push(bytes);
  }

  #complete() {
    const [only] = this.#parts;
    this.#reply.body = this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
    this.#left = undefined;
    this.#parts = [];
    this.#reply.endedAt = performance.now();
    this.#end(this.#reply);
  }

  #end(reply) {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(reply);
  }
}

/** A whole POST, ready to be sent again and again. */
export function postBytes(path, headers, body) {
  const json = JSON.stringify(body);
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    ...headers,
    'content-length': Buffer.byteLength(json),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${json}`);
}
