import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp, prefixes } from './api/app.js';
import { defaultOptions, type EmulatorOptions } from './options.js';
import { EmulatorState } from './state/state.js';

const host = '127.0.0.1';

/** OpenRouter, or a plain OpenAI-compatible provider, on loopback, with faults on request. */
export class Emulator extends EmulatorState {
  private readonly server: Server;

  private constructor(options: EmulatorOptions) {
    super(options);
    this.server = createServer({ noDelay: true, keepAliveTimeout: 65_000 }, createApp(this));
    this.server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  static async start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
    const emulator = new Emulator({ ...defaultOptions, ...options });
    await new Promise<void>((resolve, reject) => {
      emulator.server.once('error', reject);
      emulator.server.listen(emulator.options.port, host, resolve);
    });
    return emulator;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What to set OPENROUTER_BASE_URL, or a provider's URL, to. */
  get url(): string {
    return `http://${host}:${this.port}${prefixes[this.options.provider]}`;
  }

  /** Ends every connection, whatever is under way on it. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.connections) socket.destroy();
    await closed;
  }
}
