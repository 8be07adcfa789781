import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Settings } from '../config/settings.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { OwnNames } from '../metrics/own-names.js';
import { signalsOf } from './signals.js';
import { Telemetry } from './telemetry.js';
import { Tracing } from './tracing.js';

/** Loads OpenTelemetry only if it is configured. */
async function startTelemetry(settings: Settings, registry: Registry, names: OwnNames): Promise<Telemetry> {
  const signals = signalsOf(settings);
  if (!signals.traces && !signals.metrics) return new Telemetry(new Tracing(), []);
  const { startOtlp } = await import('./otlp.js');
  return startOtlp(signals, settings, registry, names);
}

@Module({
  imports: [MetricsModule],
  providers: [
    { provide: Telemetry, useFactory: startTelemetry, inject: [Settings, Registry, OwnNames] },
    { provide: Tracing, useFactory: ({ tracing }: Telemetry) => tracing, inject: [Telemetry] },
  ],
  exports: [Tracing],
})
export class TracingModule {}
