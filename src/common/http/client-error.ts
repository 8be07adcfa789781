import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { nextId } from './next-id.js';

interface ClientFault {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const BAD_REQUEST: ClientFault = {
  status: 400,
  code: 'bad_request',
  detail: 'This is not a valid HTTP/1.1 request.',
};

const faults = new Map<string, ClientFault>([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: 408, code: 'request_timeout', detail: 'The request took too long to arrive.' },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    { status: 431, code: 'headers_too_large', detail: 'The headers are larger than this service accepts.' },
  ],
]);

/**
 * Answers input that is not a valid request: not HTTP, too slow, or headers too large. Node would send an empty body.
 * Quotes nothing of the input; there is no path by which to choose OpenAI's format.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const { status, code, detail } = faults.get(error.code ?? '') ?? BAD_REQUEST;
  const title = STATUS_CODES[status] ?? 'Error';
  const id = nextId();
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, request_id: id });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${body.length}\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Is the connection due to answer a complete request? The client would mistake our bytes for that answer. */
function isAnswering(socket: Socket): boolean {
  const response = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;
  return response != null && (response.headersSent || response.req.complete);
}
