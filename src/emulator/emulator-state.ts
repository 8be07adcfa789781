import type { Socket } from 'node:net';
import { Generations } from './generations.js';
import type { EmulatorOptions } from './options.js';
import { RequestLog } from './request-log.js';
import { Script } from './script.js';
import { StatsCounter, type Stats } from './stats.js';

/** All that the emulator remembers between requests. */
export class EmulatorState {
  readonly script = new Script();
  readonly stats = new StatsCounter();
  readonly generations = new Generations();
  readonly connections = new Set<Socket>();
  readonly requests: RequestLog;

  /** @param options read anew by every request */
  constructor(public options: EmulatorOptions) {
    this.requests = new RequestLog(options.keepRequests);
  }

  readStats(): Stats {
    return this.stats.read(this.connections.size);
  }

  /** Forgets orders and counts; options stay. */
  clear(): void {
    this.script.clear();
    this.stats.clear();
    this.generations.clear();
    this.requests.clear();
  }
}
