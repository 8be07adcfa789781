import { Agent, buildConnector, type Dispatcher } from 'undici';
import { watch } from './watched-socket.js';

/**
 * Connections to the upstream. undici opens a new one in place of each that an abort has closed, though no request
 * waits for it (seen in 7.30.2): a client that leaves would cost a handshake, and a thousand that leave, a thousand
 * idle connections. So none is opened while nobody waits.
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

  /** A request waits for a connection from now until it calls back. */
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
