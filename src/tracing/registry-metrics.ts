import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';
import { CONVENTION, CONVENTIONAL_METRIC, prometheusName } from '../metrics/conventions.js';

type RegisteredMetric = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];
type Sample = RegisteredMetric['values'][number] & { readonly metricName?: string };

const METRICS = new Map(
  Object.values(CONVENTIONAL_METRIC).map((metric) => [prometheusName(metric.name, metric.unit), metric]),
);
/** Attribute names by the labels of `GET /metrics`. */
const ATTRIBUTES = new Map<string, string>([
  ...Object.values(CONVENTION).map((name): [string, string] => [prometheusName(name), name]),
  ['route', CONVENTION.httpRoute],
  ['status', CONVENTION.httpStatus],
]);

/** The counters of `GET /metrics` for OTLP, read when they are sent. Cumulative since the start. */
export class RegistryMetrics implements MetricProducer {
  private readonly startTime = toHrTime(Date.now());

  constructor(
    private readonly registry: Registry,
    private readonly scope: { readonly name: string; readonly version: string },
  ) {}

  async collect(): Promise<CollectionResult> {
    const endTime = toHrTime(Date.now());
    const metrics = await this.registry.getMetricsAsJSON();
    const data = metrics.map((metric) => this.convert(metric, endTime));
    // The reader adds the resource.
    const resourceMetrics = {
      resource: emptyResource(),
      scopeMetrics: [{ scope: this.scope, metrics: data }],
    };
    return { resourceMetrics, errors: [] };
  }

  private convert(metric: RegisteredMetric, endTime: HrTime): MetricData {
    const { name, help } = metric;
    const descriptor = {
      name: METRICS.get(name)?.name ?? name,
      description: help,
      unit: METRICS.get(name)?.unit ?? '',
      valueType: ValueType.DOUBLE,
    };
    const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
    const point = <Value>(labels: object, value: Value): DataPoint<Value> => ({
      startTime: this.startTime,
      endTime,
      attributes: attributesOf(labels),
      value,
    });
    // prom-client declares an enum here, but returns its name.
    const type = String(metric.type);
    if (type === 'histogram') {
      const dataPoints = histograms(name, metric.values).map(({ labels, value }) => point(labels, value));
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    const dataPoints = metric.values
      // JSON has no NaN.
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => point(labels, value));
    return type === 'counter'
      ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
      : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
  }
}

function toHrTime(ms: number): HrTime {
  return [Math.trunc(ms / 1000), (ms % 1000) * 1_000_000];
}

/** An empty label counts as absent. */
function attributesOf(labels: object): Attributes {
  const attributes: Attributes = {};
  for (const [label, value] of Object.entries(labels) as [string, string | number][])
    if (value !== '') attributes[ATTRIBUTES.get(label) ?? label] = value;
  return attributes;
}

/** prom-client lists cumulative buckets, then sum and count, one label set after the other. */
function histograms(name: string, samples: readonly Sample[]): { labels: object; value: Histogram }[] {
  const found: { labels: object; value: Histogram }[] = [];
  let boundaries: number[] = [];
  let counts: number[] = [];
  let below = 0;
  let sum = 0;
  for (const { labels, value, metricName } of samples) {
    if (metricName === `${name}_sum`) sum = value;
    else if (metricName === `${name}_count`) {
      found.push({ labels, value: { buckets: { boundaries, counts }, sum, count: value } });
      [boundaries, counts, below] = [[], [], 0];
    } else {
      const { le } = labels as { readonly le: number | string };
      if (le !== '+Inf') boundaries.push(Number(le));
      counts.push(value - below);
      below = value;
    }
  }
  return found;
}
