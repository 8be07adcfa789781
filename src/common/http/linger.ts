import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long a refused client may go on sending before its connection is destroyed. */
const LINGER_MS = 1_000;

const lingering = new WeakSet<Socket>();

/** Does this connection only wait to be closed? What still comes on it must not be served. */
export function isLingering(socket: Socket): boolean {
  return lingering.has(socket);
}

/**
 * Has the connection of a request closed gently once its answer, which must say `Connection: close`, has been sent:
 * FIN, then for a bounded time whatever the client still sends is read and dropped. To close with bytes unread makes
 * the kernel send RST, which takes the answer away from a client that is still sending and has not read it yet.
 */
export function lingerOnClose(request: IncomingMessage): void {
  const { socket } = request;
  lingering.add(socket);
  // Node calls it after the last answer on a connection; its own version closes at once.
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
