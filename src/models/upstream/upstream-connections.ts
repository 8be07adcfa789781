import { Agent, buildConnector, type Dispatcher } from 'undici';
import { watch } from './watched-socket.js';

/**
 * Connections to the upstream. For each connection that an abort has closed, undici opens a new one although no request
 * waits for it (seen in 7.30.2): a client that leaves would cost a handshake, a thousand would leave a thousand idle
 * connections. This refuses connections while no request waits.
 */
export class UpstreamConnections {
  readonly dispatcher: Dispatcher;
  private waiting = 0;

  constructor(connectTimeoutMs: number) {
    const connect = buildConnector({ timeout: connectTimeoutMs });
    this.dispatcher = new Agent({
      connect: (options, callback) => {
        if (this.waiting === 0) {
          callback(new Error('No request waits for a connection.'), null);
          return;
        }
        connect(options, (...[error, socket]) => {
          if (error) callback(error, null);
          else callback(null, watch(socket));
        });
      },
    });
  }

  /** Counts a request as waiting for a connection until it calls back. */
  wait(): () => void {
    let over = false;
    this.waiting++;
    return () => {
      if (!over) this.waiting--;
      over = true;
    };
  }

  async destroy(): Promise<void> {
    await this.dispatcher.destroy();
  }
}
