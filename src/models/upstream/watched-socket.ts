import type { Socket } from 'node:net';

/** Start of an interim reply: 100, 102, 103. After 101 the connection would no longer be HTTP. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/;
const SHORTEST_INTERIM = 'HTTP/1.1 100 ';
const HEAD_END = '\r\n\r\n';
/** undici's limit for headers. */
const HEAD_MAX_BYTES = 16 * 1024;

/** Failures of connections that the peer had already closed when a request was sent. */
const stale = new WeakSet<object>();

/**
 * Did the connection fail because it was stale? It had carried an answer before, and no byte of another one arrived:
 * the peer closed it between two requests, as servers do with idle connections.
 */
export function isStale(error: unknown): boolean {
  return typeof error === 'object' && error !== null && stale.has(error);
}

/**
 * Watches a socket for what undici (7.30.2) does not report or accept: whether a failure met a stale connection, and
 * interim replies, which a server may send at any time (RFC 9110 15.2). undici fails at `100 Continue`.
 */
export function watch(socket: Socket): Socket {
  const read = socket.read.bind(socket);
  /** Bytes written when the last answer began; 0 before the first one. */
  let answered = 0;
  let head: Buffer = Buffer.alloc(0);
  socket.read = (size?: number) => {
    for (;;) {
      const bytes = read(size) as Buffer | null;
      if (bytes === null || socket.bytesWritten === answered) return bytes;
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      head = withoutInterim(head);
      if (mayBeInterim(head)) continue;
      const answer = head;
      head = Buffer.alloc(0);
      answered = socket.bytesWritten;
      return answer;
    }
  };
  socket.once('error', (error) => {
    if (answered > 0 && head.length === 0 && socket.bytesWritten !== answered) stale.add(error);
  });
  return socket;
}

function withoutInterim(bytes: Buffer): Buffer {
  let rest = bytes;
  while (INTERIM.test(startOf(rest)) && rest.includes(HEAD_END))
    rest = rest.subarray(rest.indexOf(HEAD_END) + HEAD_END.length);
  return rest;
}

/** Is it an incomplete interim reply, or could it become one? */
function mayBeInterim(bytes: Buffer): boolean {
  const start = startOf(bytes);
  return INTERIM.test(start + SHORTEST_INTERIM.slice(start.length)) && bytes.length < HEAD_MAX_BYTES;
}

function startOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, SHORTEST_INTERIM.length);
}
