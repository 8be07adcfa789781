import { Logger } from '@nestjs/common';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Registry } from 'prom-client';
import { VERSION } from '../common/version.js';
import type { Settings } from '../config/settings.js';
import type { OwnNames } from '../metrics/own-names.js';
import { OtlpTracing } from './otlp-tracing.js';
import { RegistryMetrics } from './registry-metrics.js';
import { ReportedMetricExporter, ReportedTraceExporter } from './reported-exporters.js';
import type { Signals } from './signals.js';
import { Telemetry } from './telemetry.js';
import { Tracing } from './tracing.js';

const SCOPE = { name: 'parley', version: VERSION };

/** Starts the exporters that are configured. The SDK reads the other OTEL_* variables itself. */
export function startOtlp(
  { traces, metrics }: Signals,
  settings: Settings,
  registry: Registry,
  names: OwnNames,
): Telemetry {
  warnWhileReading();
  try {
    const resource = describedService();
    const tracers = traces ? tracerProvider(resource) : undefined;
    const meters = metrics ? meterProvider(resource, registry, settings) : undefined;
    const withContent = settings.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === 'true';
    const tracing = tracers
      ? new OtlpTracing(tracers.getTracer(SCOPE.name, SCOPE.version), names, withContent)
      : new Tracing();
    return new Telemetry(
      tracing,
      [tracers, meters].filter((provider) => provider !== undefined),
    );
  } finally {
    diag.disable();
  }
}

/** A value that the SDK rejects is a warning at the start. The exporters report later failures, once. */
function warnWhileReading(): void {
  const logger = new Logger('OpenTelemetry');
  const warn = (message: string): void => {
    logger.warn(message);
  };
  const nothing = (): void => undefined;
  diag.setLogger(
    { error: warn, warn, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence. */
function describedService(): Resource {
  return resourceFromAttributes({ 'service.name': 'parley', 'service.version': VERSION }).merge(
    detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }),
  );
}

function tracerProvider(resource: Resource): NodeTracerProvider {
  return new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new ReportedTraceExporter())],
  });
}

function meterProvider(resource: Resource, registry: Registry, settings: Settings): MeterProvider {
  const exportIntervalMillis = settings.OTEL_METRIC_EXPORT_INTERVAL;
  const reader = new PeriodicExportingMetricReader({
    exporter: new ReportedMetricExporter(),
    exportIntervalMillis,
    metricProducers: [new RegistryMetrics(registry, SCOPE)],
  });
  return new MeterProvider({ resource, readers: [reader] });
}
