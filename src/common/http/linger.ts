import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long a refused client may go on sending before its connection is destroyed. */
const LINGER_MS = 1_000;

const lingering = new WeakSet<Socket>();

/** Is this connection only waiting to be closed? Further requests on it must not be served. */
export function isLingering(socket: Socket): boolean {
  return lingering.has(socket);
}

/**
 * Closes the connection of a request gently after its answer, which must say `Connection: close`: sends FIN, then
 * reads and drops further input for a limited time. Closing with unread bytes makes the kernel send RST, and a client
 * that is still sending would lose the answer.
 */
export function lingerOnClose(request: IncomingMessage): void {
  const { socket } = request;
  lingering.add(socket);
  // Node calls this after the last answer on a connection; its own version closes at once.
  socket.destroySoon = () => {
    const timer = setTimeout(() => {
      socket.destroy();
    }, LINGER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
    });
    socket.end();
    request.resume();
  };
}
