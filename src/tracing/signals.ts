import type { Settings } from '../config/settings.js';

/** What to send over OTLP. */
export interface Signals {
  readonly traces: boolean;
  readonly metrics: boolean;
}

/** Follows the standard variables: a signal with an endpoint is sent unless it is switched off. */
export function signalsOf(settings: Settings): Signals {
  const enabled = settings.OTEL_SDK_DISABLED !== 'true';
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  return {
    traces:
      enabled &&
      settings.OTEL_TRACES_EXPORTER === 'otlp' &&
      (settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || endpoint) !== '',
    metrics:
      enabled &&
      settings.OTEL_METRICS_EXPORTER === 'otlp' &&
      (settings.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT || endpoint) !== '',
  };
}
