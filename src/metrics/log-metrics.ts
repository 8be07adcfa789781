import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { LogStore } from '../logging/log-store.js';
import { METRIC } from './metric-names.js';

/** The state of the log; ChatMetrics counts its rows. */
@Injectable()
export class LogMetrics {
  constructor(registry: Registry, store: LogStore) {
    const registers = [registry];
    new Counter({
      name: METRIC.logOutages,
      help: 'Number of times since the start that the log could not be written.',
      registers,
      collect() {
        this.reset();
        this.inc(store.state().outages);
      },
    });
    new Gauge({
      name: METRIC.logPending,
      help: 'Rows and amendments waiting to be written.',
      registers,
      collect() {
        this.set(store.state().pending);
      },
    });
  }
}
