import { LogStore } from '../../src/logging/log-store.js';
import { exchange } from '../support/plain-http.js';
import { RawClient } from '../support/raw-client.js';
import { parseMetrics, type Metrics } from '../support/prometheus-text.js';
import { CANARY_KEY, TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const chat = (rest: object = {}) => ({ model: 'llama', prompt: 'Hi', ...rest });

describe('GET /metrics', () => {
  let service: TestApp;

  beforeEach(async () => {
    service = await TestApp.start({
      env: { RETRY_MAX_ATTEMPTS: '2', FIRST_TOKEN_TIMEOUT_MS: '500', TOTAL_TIMEOUT_MS: '5000' },
    });
    service.emulator.configure({ firstTokenMs: 0, chunkMs: 0 });
  });
  afterEach(() => service.stop());

  const text = async (): Promise<string> => (await service.get('/metrics')).text();
  const metrics = async (): Promise<Metrics> => parseMetrics(await text());
  const post = async (body: object, path = '/chat'): Promise<number> => {
    const response = await service.post(path, body);
    await response.text();
    return response.status;
  };

  it('has every metric of the contract, in the text format of Prometheus', async () => {
    await post(chat());
    const response = await service.get('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { types } = parseMetrics(await response.text());
    expect(types).toMatchObject({
      gen_ai_client_operation_duration_seconds: 'histogram',
      gen_ai_client_operation_time_to_first_chunk_seconds: 'histogram',
      gen_ai_client_token_usage: 'histogram',
      parley_cost_dollars_total: 'counter',
      parley_overhead_seconds: 'histogram',
      parley_attempts_total: 'counter',
      parley_breaker_state: 'gauge',
      parley_log_rows: 'counter',
      parley_log_outages: 'counter',
      parley_log_pending: 'gauge',
      parley_streams_open: 'gauge',
      http_server_request_duration_seconds: 'histogram',
      nodejs_eventloop_lag_seconds: 'gauge',
      process_resident_memory_bytes: 'gauge',
    });
  });

  it('I6: counts in all what the rows of the log say, whatever went wrong', async () => {
    service.emulator.script(LLAMA, [
      { kind: 'status', status: 500 },
      { kind: 'normal' },
      { kind: 'cut', at: 1 },
      { kind: 'status', status: 401 },
      { kind: 'stall', at: 'before-headers' },
      { kind: 'normal' },
    ]);
    for (let n = 0; n < 4; n++) await post(chat({ stream: n % 2 === 1 }));
    await Promise.all([
      post(chat({ model: 'mistral', fallback: ['llama'] })),
      post(chat({ stream: true })),
      post({ model: 'mistral', messages: [{ role: 'user', content: 'Hi' }] }, '/v1/chat/completions'),
      post(chat({ model: 'nobody' })),
    ]);
    service.emulator.configure({ chunkMs: 200 });
    await exchange(`${service.url}/chat`, {
      body: chat({ stream: true }),
      headers: { 'content-type': 'application/json' },
      leaveWhen: (seen) => seen.includes('delta'),
    });
    await until('all rows are written', async () => (await service.rows()).length === 8);
    const rows = await service.rows();
    const counted = await metrics();
    const sumOf = (column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);

    expect(counted.sum('parley_log_rows')).toBe(rows.length);
    expect(counted.sum('gen_ai_client_operation_duration_seconds_count')).toBe(rows.length);
    expect(counted.sum('gen_ai_client_operation_duration_seconds_sum')).toBeCloseTo(sumOf('latency'), 6);
    for (const error of new Set(rows.map((row) => row.error)))
      expect({
        error,
        count: counted.sum('gen_ai_client_operation_duration_seconds_count', { error_type: error! }),
      }).toEqual({ error, count: rows.filter((row) => row.error === error).length });
    expect(counted.sum('gen_ai_client_operation_time_to_first_chunk_seconds_count')).toBe(
      rows.filter(({ ttft }) => ttft !== '').length,
    );
    expect(counted.sum('gen_ai_client_token_usage_sum', { gen_ai_token_type: 'input' })).toBe(
      sumOf('prompt_tokens'),
    );
    expect(counted.sum('gen_ai_client_token_usage_sum', { gen_ai_token_type: 'output' })).toBe(
      sumOf('response_tokens'),
    );
    expect(counted.sum('parley_cost_dollars_total')).toBeCloseTo(sumOf('cost'), 12);
    expect(counted.sum('parley_overhead_seconds_count')).toBe(
      rows.filter(({ overhead }) => overhead !== '').length,
    );
    expect(counted.sum('parley_attempts_total')).toBe(sumOf('attempts'));
    expect(counted.sum('parley_attempts_total', { outcome: 'ok' })).toBe(
      rows.filter(({ status }) => status === 'ok').length,
    );
    expect(counted.sum('parley_attempts_total', { outcome: 'cancelled' })).toBe(1);
    expect(counted.sum('http_server_request_duration_seconds_count', { route: '/chat', status: '499' })).toBe(
      1,
    );
    expect(counted.sum('http_server_request_duration_seconds_count', { route: '/chat' })).toBe(8);
  });

  it('tells chats, texts and vectors apart, as the conventions name them', async () => {
    await post(chat());
    await post(chat(), '/v1/completions');
    await post({ model: 'llama', input: 'Hi' }, '/v1/embeddings');
    const counted = await metrics();
    for (const gen_ai_operation_name of ['chat', 'text_completion', 'embeddings'])
      expect(counted.sum('gen_ai_client_operation_duration_seconds_count', { gen_ai_operation_name })).toBe(
        1,
      );
  });

  it('adds the bill that comes later, once', async () => {
    service.emulator.configure({ chunkMs: 200 });
    await exchange(`${service.url}/chat`, {
      body: chat({ stream: true }),
      headers: { 'content-type': 'application/json' },
      leaveWhen: (seen) => seen.includes('delta'),
    });
    await until('the row is written', async () => (await service.rows()).length === 1);
    const [row] = await service.rows();
    expect(row).toMatchObject({ status: 'client_closed', cost: '' });
    const store = service.app.get(LogStore);
    const amended = (field: 'cost' | 'prompt_tokens', value: string) => ({ id: row!.id!, field, value });
    await store.amend([amended('cost', '0.25'), amended('prompt_tokens', '7')]);
    await store.amend([amended('cost', '0.25'), { id: 'unknown', field: 'cost', value: '1' }]);
    const counted = await metrics();
    expect(counted.sum('parley_cost_dollars_total', { model: 'llama', key: '' })).toBe(0.25);
    expect(counted.sum('gen_ai_client_token_usage_sum', { gen_ai_token_type: 'input' })).toBe(7);
  });

  it('shows open streams and spared slugs', async () => {
    service.emulator.configure({ chunkMs: 50 });
    const stream = await service.post('/chat', chat({ stream: true }));
    expect((await metrics()).sum('parley_streams_open')).toBe(1);
    await stream.text();
    await until('the stream is closed', async () => (await metrics()).sum('parley_streams_open') === 0);
    expect((await metrics()).sum('parley_breaker_state', { slug: LLAMA })).toBe(0);
    service.emulator.always(LLAMA, { kind: 'status', status: 429, retryAfter: 30 });
    expect(await post(chat())).toBe(429);
    expect((await metrics()).sum('parley_breaker_state', { slug: LLAMA })).toBe(2);
  });

  it('knows routes by their templates, also of requests that were refused at the gate', async () => {
    const count = (counted: Metrics, route: string, status: string) =>
      counted.sum('http_server_request_duration_seconds_count', { route, status });
    await service.get('/v1/models/nobody');
    await service.get('/nowhere/at/all');
    await service.post('/chat', 'no JSON');
    const counted = await metrics();
    expect(count(counted, '/v1/models/:model', '404')).toBe(1);
    expect(count(counted, 'other', '404')).toBe(1);
    expect(count(counted, '/chat', '400')).toBe(1);
  });

  it('A28, A29: grows by less than 5 % whatever clients make up, and tells nothing of it', async () => {
    const made = () => `canary${Math.random().toString(36).slice(2)}`;
    const raw = (method: string, path: string, body: object | string = '', ...more: string[]) => {
      const name = made();
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const lines = [
        ...[
          'Host: localhost',
          'Content-Type: application/json',
          `Content-Length: ${Buffer.byteLength(text)}`,
        ],
        ...[`Authorization: Bearer parley_${name}`, `X-Request-Id: ${name}`, ...more],
      ];
      return [`${method} ${path} HTTP/1.1`, ...lines, '', text].join('\r\n');
    };
    const completion = (model: string, user: string) =>
      raw('POST', '/v1/chat/completions', { model, user, messages: [{ role: 'user', content: user }] });
    const round = () => [
      raw('POST', '/chat', chat({ model: made() })),
      raw('POST', '/chat', { [made()]: 1 }),
      raw('POST', '/chat', made()),
      raw('POST', `/v1/${made()}`, {}),
      completion(made(), made()),
      raw('GET', `/${made()}`),
      raw('GET', `/v1/models/${made()}`),
    ];
    const answered = () => Array.from({ length: 10 }, () => completion('llama', made()));
    // Questions to the log take a thread's time, and Node ends the connection after a method that it does not know.
    const questions = () => [raw('GET', `/logs/${made()}`), raw('GET', `/logs?model=${made()}`)];
    const method = () => [raw(made().replace(/\d/g, '').toUpperCase(), '/')];
    let asked = 0;
    /** All on one connection, as many at a time: a client of its own for each would take most of the time. */
    const ask = async (times: number, requests: () => string[]): Promise<void> => {
      const all = Array.from({ length: times }, requests).flat();
      const client = new RawClient(service.url).send(
        [...all, raw('GET', '/', '', 'Connection: close')].join(''),
      );
      await client.ended();
      expect(client.statuses.length).toBeGreaterThanOrEqual(all.length);
      asked += all.length;
    };
    for (const requests of [round, answered, questions, method]) await ask(1, requests);

    const before = (await text()).length;
    asked = 0;
    for (let n = 0; n < 92; n++) await ask(15, round);
    for (let n = 0; n < 40; n++) await ask(1, answered);
    await ask(50, questions);
    for (let n = 0; n < 100; n++) await ask(1, method);
    expect(asked).toBeGreaterThanOrEqual(10_000);
    const after = await text();
    expect(parseMetrics(after).sum('http_server_request_duration_seconds_count')).toBeGreaterThan(10_000);
    expect(Math.abs(after.length - before)).toBeLessThan(before * 0.05);
    expect(after).not.toContain('canary');
    expect(after).not.toContain(CANARY_KEY);
  }, 120_000);
});
