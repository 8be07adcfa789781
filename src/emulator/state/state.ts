import type { Socket } from 'node:net';
import type { EmulatorOptions } from '../options.js';
import { Catalogue } from './catalogue.js';
import { Generations } from './generations.js';
import { Key } from './key.js';
import { RequestLog } from './request-log.js';
import { Script } from './script.js';
import { StatsCounter } from './stats.js';

/** All that the emulator remembers between requests. */
export class EmulatorState {
  readonly script = new Script();
  readonly stats = new StatsCounter();
  readonly catalogue = new Catalogue();
  readonly generations = new Generations();
  readonly key = new Key();
  readonly connections = new Set<Socket>();
  readonly requests: RequestLog;

  /** @param options read anew by every request */
  constructor(public options: EmulatorOptions) {
    this.requests = new RequestLog(options.keepRequests);
  }

  /** Forgets orders and counts; options stay. */
  clear(): void {
    for (const part of [this.script, this.stats, this.catalogue, this.generations, this.requests])
      part.clear();
    this.key.change(null);
  }
}
