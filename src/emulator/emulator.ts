import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { AnswerPlan, Step } from './faults.js';
import { defaultOptions, type EmulatorOptions } from './options.js';
import { handle, prefixes } from './routes/router.js';
import type { ModelChanges } from './state/catalogue.js';
import type { KeyChanges } from './state/key.js';
import type { RecordedRequest } from './state/request-log.js';
import { EmulatorState } from './state/state.js';
import type { Stats } from './state/stats.js';

const host = '127.0.0.1';

/** OpenRouter, or a plain OpenAI-compatible provider, on loopback, with faults on request. */
export class Emulator {
  private readonly state: EmulatorState;
  private readonly server: Server;

  private constructor(options: EmulatorOptions) {
    this.state = new EmulatorState(options);
    this.server = createServer({ noDelay: true, keepAliveTimeout: 65_000 }, (request, response) => {
      void handle(this.state, request, response);
    });
    this.server.on('connection', (socket: Socket) => {
      this.state.connections.add(socket);
      socket.once('close', () => this.state.connections.delete(socket));
    });
  }

  static async start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
    const emulator = new Emulator({ ...defaultOptions, ...options });
    await new Promise<void>((resolve, reject) => {
      emulator.server.once('error', reject);
      emulator.server.listen(options.port ?? defaultOptions.port, host, resolve);
    });
    return emulator;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What to set OPENROUTER_BASE_URL, or a provider's URL, to. */
  get url(): string {
    return `http://${host}:${this.port}${prefixes[this.state.options.provider]}`;
  }

  /** The next calls of a slug (`*`: of any), one step each; after them it behaves as before. */
  script(slug: string, steps: readonly Step[]): void {
    this.state.script.queue(slug, steps);
  }

  /** What happens to every call that finds no step in the queue; null: nothing any more. */
  always(slug: string, step: Step | null): void {
    this.state.script.always(slug, step);
  }

  /** Dictates the answers of a slug (`*`: of all); null: made up again. */
  answer(slug: string, plan: AnswerPlan | null): void {
    this.state.script.answer(slug, plan);
  }

  /** Adds to how a slug is listed and priced, or retires it; null: as it was. */
  model(slug: string, changes: ModelChanges | null): void {
    this.state.catalogue.change(slug, changes);
  }

  /** Adds to what `GET /key` says: a limit, credit used up, a key that is refused; null: as it was. */
  key(changes: KeyChanges | null): void {
    this.state.key.change(changes);
  }

  /** Changes options for the requests to come (port and keepRequests excepted). */
  configure(options: Partial<Omit<EmulatorOptions, 'port' | 'keepRequests'>>): void {
    this.state.options = { ...this.state.options, ...options };
  }

  stats(): Stats {
    return this.state.stats.read(this.state.connections.size);
  }

  /** The last requests to the API, oldest first. */
  requests(): RecordedRequest[] {
    return this.state.requests.read();
  }

  /** Forgets whatever was ordered, counted and kept; options stay. */
  reset(): void {
    this.state.clear();
  }

  /** Ends every connection, whatever is under way on it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const socket of this.state.connections) socket.destroy();
    await closed;
  }
}
