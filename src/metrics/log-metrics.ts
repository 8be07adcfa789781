import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { LogStore } from '../logging/log-store.js';
import { METRIC } from './metric-names.js';

/** How the log is doing; its rows are counted by ChatMetrics. */
@Injectable()
export class LogMetrics {
  constructor(registry: Registry, store: LogStore) {
    const registers = [registry];
    new Counter({
      name: METRIC.logOutages,
      help: 'Times since the start that the log could not take rows.',
      registers,
      collect() {
        this.reset();
        this.inc(store.state().outages);
      },
    });
    new Gauge({
      name: METRIC.logPending,
      help: 'Rows and amendments that wait to be written.',
      registers,
      collect() {
        this.set(store.state().pending);
      },
    });
  }
}
