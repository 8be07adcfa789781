import { Module } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { ChatMetrics } from './chat-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { LogMetrics } from './log-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { OwnNames } from './own-names.js';
import { UpstreamMetrics } from './upstream-metrics.js';

/** One per application, not per process: tests start several. */
function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Otherwise these appear one by one, when each kind of collection first happens.
  const collections = registry.getSingleMetric('nodejs_gc_duration_seconds');
  if (collections instanceof Histogram)
    for (const kind of ['minor', 'incremental', 'major']) collections.zero({ kind });
  return registry;
}

@Module({
  imports: [LoggingModule, ModelsModule],
  controllers: [MetricsController],
  providers: [
    { provide: Registry, useFactory: createRegistry },
    OwnNames,
    ChatMetrics,
    UpstreamMetrics,
    LogMetrics,
    HttpMetrics,
  ],
  exports: [Registry, OwnNames],
})
export class MetricsModule {}
