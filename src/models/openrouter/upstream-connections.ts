import type { Dispatcher } from 'undici';
// Without fetch, WebSocket, mocks and caches, which the whole package would load: 110 → 23 files, 7 MB. Its release is
// pinned, and a file that is not there stops the start.
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';

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
        if (this.waiting > 0) connect(options, callback);
        else callback(new Error('No request waits for a connection.'), null);
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
