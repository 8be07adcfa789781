import { OtlpReceiver } from '../support/otlp-receiver.js';
import { parseMetrics } from '../support/prometheus-text.js';
import { LLAMA } from '../support/chat-client.js';
import { ServiceChild } from '../support/service-child.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** Reports each package of OpenTelemetry that is imported, on standard error. */
const WATCH_IMPORTS = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module';
   register('data:text/javascript,' + encodeURIComponent(
     'export function resolve(name, context, next) {' +
     "  if (name.startsWith('@opentelemetry/')) process._rawDebug('loads ' + name);" +
     '  return next(name, context);' +
     '}'));`,
)}`;

describe('an OTLP collector', () => {
  let receiver: OtlpReceiver;
  let service: TestApp | undefined;
  let child: ServiceChild | undefined;

  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(async () => {
    await service?.stop();
    await child?.dispose();
    [service, child] = [undefined, undefined];
    await receiver.stop();
  });

  const start = async (env: Record<string, string> = {}): Promise<TestApp> => {
    service = await TestApp.start({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '20', ...env },
    });
    service.emulator.configure({ firstTokenMs: 0, chunkMs: 0 });
    return service;
  };
  const chat = async (body: object = {}): Promise<number> => {
    const response = await service!.post('/chat', { model: 'llama', prompt: 'Hi', ...body });
    await response.text();
    return response.status;
  };

  it('I6: is sent the metrics that GET /metrics shows', async () => {
    await start({
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_TRACES_EXPORTER: 'none',
      RETRY_MAX_ATTEMPTS: '1',
    });
    await chat();
    await chat({ stream: true });
    service!.emulator.script(LLAMA, [{ kind: 'status', status: 500 }]);
    await chat();
    const shown = parseMetrics(await (await service!.get('/metrics')).text());
    const duration = () => receiver.metrics.get('gen_ai.client.operation.duration');
    const counted = () => duration()?.points.reduce((sum, { count = 0 }) => sum + count, 0);
    await until('all chats are counted', () => counted() === 3);

    expect(duration()).toMatchObject({
      type: 'histogram',
      unit: 's',
      resource: { 'service.name': 'parley' },
    });
    const name = 'gen_ai_client_operation_duration_seconds';
    expect(duration()?.points.reduce((sum, point) => sum + point.sum!, 0)).toBe(shown.sum(`${name}_sum`));
    const llama = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openrouter',
      'gen_ai.request.model': 'llama',
      'gen_ai.response.model': 'llama',
    };
    const failed = { ...llama, 'error.type': 'upstream_bad_response' };
    const points = duration()!.points.filter(({ count }) => count! > 0);
    expect(points.map(({ attributes, count }) => [attributes, count])).toEqual([
      [llama, 2],
      [failed, 1],
    ]);
    // Prometheus counts in each bucket the ones below as well.
    const [{ bounds, buckets } = { bounds: [], buckets: [] }] = points;
    for (const [index, bound] of bounds!.entries())
      expect(buckets!.slice(0, index + 1).reduce((sum, each) => sum + each, 0)).toBe(
        shown.sum(`${name}_bucket`, { le: String(bound), error_type: '', gen_ai_request_model: 'llama' }),
      );
    const tokens = receiver.metrics.get('gen_ai.client.token.usage');
    expect(tokens).toMatchObject({ type: 'histogram', unit: '{token}' });
    expect(
      tokens?.points
        .filter(({ attributes }) => attributes['gen_ai.token.type'] === 'output')
        .reduce((sum, point) => sum + point.sum!, 0),
    ).toBe(shown.sum('gen_ai_client_token_usage_sum', { gen_ai_token_type: 'output' }));
    expect(receiver.metrics.get('gen_ai.client.operation.time_to_first_chunk')).toMatchObject({ unit: 's' });
    expect(receiver.metrics.get('http.server.request.duration')?.points).toContainEqual(
      expect.objectContaining({
        attributes: { 'http.route': '/chat', 'http.response.status_code': 200 },
        count: 2,
      }),
    );
    expect(receiver.metrics.get('parley_log_rows')).toMatchObject({ type: 'sum', points: [{ value: 3 }] });
    expect(receiver.metrics.get('parley_log_pending')).toMatchObject({ type: 'gauge' });
  });

  it.each([
    ['refuses', () => (receiver.mode = 'refuse'), 401],
    ['hangs', () => (receiver.mode = 'hang'), 'Request timed out'],
  ])('that %s is told of once, and once when it is back; chats go on', async (_what, fail, reason) => {
    fail();
    await start({ OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_TIMEOUT: '200' });
    const said = (level: string) =>
      service!.log.entries.filter(
        ({ level: each, fields }) => each === level && String(fields.message).includes('OTLP collector'),
      );
    for (let round = 1; round <= 3; round++) {
      expect(await chat()).toBe(200);
      await until('a batch has come', () => receiver.requests.length >= round);
    }
    await until('it is told', () => said('warn').length > 0);
    receiver.mode = 'ok';
    await until('it is back', async () => (await chat()) === 200 && said('info').length > 0);
    expect(said('warn')).toMatchObject([{ fields: { reason } }]);
    expect(said('info')).toHaveLength(1);
  });

  it('that is not there is told of with its reason', async () => {
    const gone = await OtlpReceiver.start();
    const { url } = gone;
    await gone.stop();
    await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    expect(await chat()).toBe(200);
    const warning = () => service!.log.entries.find(({ level }) => level === 'warn');
    await until('it is told', () => warning() !== undefined);
    expect(warning()?.fields).toMatchObject({ reason: 'ECONNREFUSED' });
  });

  it('that hangs does not hold the stop, and a bad sampler is warned of', async () => {
    receiver.mode = 'hang';
    child = await ServiceChild.start({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '120000',
        OTEL_TRACES_SAMPLER: 'sometimes',
      },
    });
    expect(child.lines).toContainEqual(
      expect.objectContaining({ level: 40, msg: expect.stringContaining('OTEL_TRACES_SAMPLER') }),
    );
    expect((await child.chat()).status).toBe(200);
    child.signal('SIGTERM');
    await child.exited(15_000);
    expect(child.exitCode).toBe(0);
    expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/v1/metrics', '/v1/traces']);
    expect(child.output).toContain('Stopped');
  });

  it('is sent what is left when the service stops', async () => {
    child = await ServiceChild.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect((await child.chat()).status).toBe(200);
    expect(receiver.spans).toEqual([]);
    child.signal('SIGTERM');
    await child.exited();
    expect(receiver.named('chat llama').map(({ attributes }) => attributes['parley.id'])).toEqual(
      (await child.rows()).map(({ id }) => id),
    );
    expect(receiver.metrics.get('parley_log_rows')?.points).toMatchObject([{ value: 1 }]);
  });

  it.each([
    ['is not set', false, {}, false],
    ['is switched off', true, { OTEL_SDK_DISABLED: 'true' }, false],
    ['is set', true, {}, true],
  ])('loads OpenTelemetry only for it: %s', async (_what, endpoint, env, loaded) => {
    child = await ServiceChild.start({
      nodeArguments: ['--import', WATCH_IMPORTS],
      env: { ...env, ...(endpoint && { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }) },
    });
    expect((await child.chat()).status).toBe(200);
    expect(child.errors.includes('loads @opentelemetry/sdk-trace-node')).toBe(loaded);
    if (!loaded) expect(child.errors).not.toContain('loads ');
  });
});
