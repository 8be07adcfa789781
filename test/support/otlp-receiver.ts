import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Attributes = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes: Attributes;
  readonly failed: boolean;
  /** Nanoseconds since 1970. */
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly traceState: string;
  readonly resource: Attributes;
}

export interface ReceivedPoint {
  readonly attributes: Attributes;
  /** Of a counter or gauge. */
  readonly value?: number;
  /** Of a histogram. */
  readonly count?: number;
  readonly sum?: number;
  readonly bounds?: readonly number[];
  readonly buckets?: readonly number[];
}

export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly type: 'gauge' | 'sum' | 'histogram';
  readonly points: readonly ReceivedPoint[];
  readonly resource: Attributes;
}

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** OTLP/HTTP as opentelemetry-proto 1.x writes it in JSON: camelCase, ids in hex, 64-bit integers as decimal strings. */
interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}
interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}
interface Resource {
  readonly attributes?: readonly KeyValue[];
}
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: number };
}
interface WirePoint {
  readonly attributes?: readonly KeyValue[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly asInt?: string | number;
  readonly count?: string | number;
  readonly sum?: number;
  readonly bucketCounts?: readonly (string | number)[];
  readonly explicitBounds?: readonly number[];
}
interface WireMetric {
  readonly name: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints: readonly WirePoint[] };
  readonly sum?: {
    readonly dataPoints: readonly WirePoint[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: number;
  };
  readonly histogram?: { readonly dataPoints: readonly WirePoint[]; readonly aggregationTemporality: number };
}
interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: Resource;
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}
interface MetricsRequest {
  readonly resourceMetrics: readonly {
    readonly resource: Resource;
    readonly scopeMetrics: readonly { readonly metrics: readonly WireMetric[] }[];
  }[];
}

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUS_ERROR = 2;
const CUMULATIVE = 2;

/** An OTLP collector on loopback that keeps what it is sent. */
export class OtlpReceiver {
  readonly requests: ReceivedRequest[] = [];
  readonly spans: ReceivedSpan[] = [];
  /** As they were sent last, by name. */
  readonly metrics = new Map<string, ReceivedMetric>();
  /** What it answers; `hang`: nothing. */
  mode: 'ok' | 'refuse' | 'hang' = 'ok';
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        this.requests.push({ path, headers: request.headers });
        if (this.mode === 'hang') return;
        if (this.mode === 'refuse') {
          response.writeHead(401).end();
          return;
        }
        const body = Buffer.concat(chunks);
        const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        this.keep(path, JSON.parse(text.toString()) as unknown);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** What to set OTEL_EXPORTER_OTLP_ENDPOINT to. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  named(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** Of a span, those below it in the order of their start. */
  childrenOf({ spanId }: ReceivedSpan): ReceivedSpan[] {
    return this.spans
      .filter(({ parentSpanId }) => parentSpanId === spanId)
      .sort((a, b) => Number(a.startedAt - b.startedAt));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private keep(path: string, body: unknown): void {
    if (path === '/v1/traces') this.keepSpans(body as TraceRequest);
    else if (path === '/v1/metrics') this.keepMetrics(body as MetricsRequest);
  }

  private keepSpans({ resourceSpans }: TraceRequest): void {
    for (const { resource, scopeSpans } of resourceSpans)
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        if (!/^[\da-f]{32}$/.test(span.traceId) || !/^[\da-f]{16}$/.test(span.spanId))
          throw new Error(`Not a span: ${JSON.stringify(span)}`);
        this.spans.push({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId ?? '',
          name: span.name,
          kind: KINDS[span.kind - 1]!,
          attributes: attributesOf(span.attributes),
          failed: span.status?.code === STATUS_ERROR,
          startedAt: BigInt(span.startTimeUnixNano),
          endedAt: BigInt(span.endTimeUnixNano),
          traceState: span.traceState ?? '',
          resource: attributesOf(resource.attributes),
        });
      }
  }

  private keepMetrics({ resourceMetrics }: MetricsRequest): void {
    for (const { resource, scopeMetrics } of resourceMetrics)
      for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
        const { name, unit = '', gauge, sum, histogram } = metric;
        const points = (gauge ?? sum ?? histogram)!.dataPoints.map(pointOf);
        for (const temporality of [sum, histogram].flatMap((data) => data?.aggregationTemporality ?? []))
          if (temporality !== CUMULATIVE) throw new Error(`Not cumulative: ${name}`);
        const type = gauge ? 'gauge' : sum ? 'sum' : 'histogram';
        this.metrics.set(name, { name, unit, type, points, resource: attributesOf(resource.attributes) });
      }
  }
}

function pointOf(point: WirePoint): ReceivedPoint {
  const attributes = attributesOf(point.attributes);
  if (point.bucketCounts === undefined) return { attributes, value: point.asDouble ?? Number(point.asInt) };
  const buckets = point.bucketCounts.map(Number);
  const bounds = point.explicitBounds ?? [];
  const count = Number(point.count);
  if (buckets.length !== bounds.length + 1 || buckets.reduce((sum, each) => sum + each, 0) !== count)
    throw new Error(`Not a histogram: ${JSON.stringify(point)}`);
  return { attributes, count, sum: point.sum, bounds, buckets };
}

function attributesOf(pairs: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: AnyValue): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(valueOf);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}
