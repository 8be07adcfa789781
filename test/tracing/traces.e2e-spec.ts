import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { exchange } from '../support/plain-http.js';
import { LLAMA, MISTRAL } from '../support/chat-client.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${CLIENT_SPAN}-01`;
const SECRET = 'canary-of-a-prompt';
const VECTORS = 'openai/text-embedding-3-small';
const MESSAGES = [{ role: 'user', content: SECRET }];

describe('traces over OTLP', () => {
  let receiver: OtlpReceiver;
  let service: TestApp;

  const start = async (env: Record<string, string> = {}): Promise<void> => {
    receiver = await OtlpReceiver.start();
    service = await TestApp.start({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: '20',
        RETRY_MAX_ATTEMPTS: '2',
        ...env,
      },
    });
    service.emulator.configure({ firstTokenMs: 0, chunkMs: 0 });
  };
  afterEach(async () => {
    await service.stop();
    await receiver.stop();
  });

  const chat = async (body: object = {}, headers: Record<string, string> = {}, path = '/chat') => {
    const response = await service.post(path, { model: 'llama', ...body }, { headers });
    return { status: response.status, text: await response.text() };
  };
  /** The SERVER span of the one request, and what is below it, once all of it has come. */
  const tree = async (attempts: number) => {
    await until('the spans have come', () => receiver.spans.length >= attempts + 2);
    const [server] = receiver.spans.filter(({ kind }) => kind === 'server') as [ReceivedSpan];
    const [exchanged] = receiver.childrenOf(server) as [ReceivedSpan];
    return { server, exchanged, calls: receiver.childrenOf(exchanged) };
  };
  const sentUpstream = () => service.emulator.requests();

  it('has one tree for a stream that was retried and fell back, continued from the client and sent on', async () => {
    await start();
    service.emulator.always(MISTRAL, { kind: 'status', status: 500 });
    service.emulator.always('mistralai/mistral-nemo', { kind: 'status', status: 503 });
    const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=1' };
    const { text } = await chat(
      { model: 'mistral', prompt: SECRET, stream: true, fallback: ['llama'] },
      headers,
    );
    expect(text).toContain('event: done');
    const [row] = await service.rows();
    const { server, exchanged, calls } = await tree(Number(row!.attempts));

    expect(server).toMatchObject({ name: 'POST /chat', traceId: TRACE_ID, parentSpanId: CLIENT_SPAN });
    expect(server).toMatchObject({ kind: 'server', failed: false, traceState: 'vendor=1' });
    expect(server.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/chat',
      'http.response.status_code': 200,
      'url.path': '/chat',
    });
    expect(exchanged).toMatchObject({ name: 'chat mistral', kind: 'client', failed: false });
    expect(exchanged.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openrouter',
      'gen_ai.request.model': 'mistral',
      'gen_ai.response.id': expect.stringMatching(/^gen-/),
      'gen_ai.response.model': LLAMA,
      'gen_ai.response.finish_reasons': [row!.finish_reason],
      'gen_ai.response.time_to_first_chunk': Number(row!.ttft),
      'gen_ai.usage.input_tokens': Number(row!.prompt_tokens),
      'gen_ai.usage.output_tokens': Number(row!.response_tokens),
      'parley.id': row!.id,
      'parley.cost': Number(row!.cost),
      'parley.attempts': Number(row!.attempts),
    });
    expect(calls.length).toBe(Number(row!.attempts));
    expect(calls.length).toBeGreaterThan(2);
    expect(calls.map(({ name }) => name)).toEqual(
      sentUpstream().map(({ body }) => `chat ${(body as { model: string }).model}`),
    );
    expect(calls.map(({ attributes }) => attributes['error.type'])).toEqual([
      ...calls.slice(1).map((): unknown => expect.stringMatching(/^(upstream_|model_)/)),
      undefined,
    ]);
    expect(calls.map(({ failed }) => failed)).toEqual([...calls.slice(1).map(() => true), false]);
    expect(sentUpstream().map((request) => request.headers.traceparent)).toEqual(
      calls.map(({ spanId }) => `00-${TRACE_ID}-${spanId}-01`),
    );
    expect(sentUpstream().at(-1)?.headers.tracestate).toBe('vendor=1');
    // Each ends within the one above it, and the exchange after its last attempt, when its row is there.
    for (const call of calls) expect(call.endedAt <= exchanged.endedAt).toBe(true);
    expect(JSON.stringify(receiver.spans, (_, value: unknown) => String(value))).not.toContain(SECRET);
  });

  it('ends the span of a client that leaves, with what its row says', async () => {
    await start();
    service.emulator.configure({ chunkMs: 100 });
    await exchange(`${service.url}/chat`, {
      body: { model: 'llama', prompt: 'Hi', stream: true },
      headers: { 'content-type': 'application/json' },
      leaveWhen: (seen) => seen.includes('delta'),
    });
    const { server, exchanged, calls } = await tree(1);
    const [row] = await service.rows();
    expect(row).toMatchObject({ status: 'client_closed' });
    expect(server.parentSpanId).toBe('');
    expect(server.attributes).toMatchObject({ 'error.type': 'client_closed', 'http.route': '/chat' });
    expect(server.attributes).not.toHaveProperty(['http.response.status_code']);
    expect(exchanged.attributes).toMatchObject({ 'error.type': 'client_closed', 'parley.id': row!.id });
    expect(exchanged.attributes).not.toHaveProperty(['parley.cost']);
    expect(calls.map(({ attributes }) => attributes['error.type'])).toEqual(['cancelled']);
    expect([server, exchanged, ...calls].map(({ failed }) => failed)).toEqual([false, false, false]);
  });

  it.each([
    ['/chat', { prompt: 'Hi' }],
    ['/chat', { prompt: 'Hi', stream: true }],
    ['/v1/chat/completions', { messages: MESSAGES }],
    ['/v1/chat/completions', { messages: MESSAGES, stream: true }],
    ['/v1/completions', { prompt: 'Hi' }, 'text_completion'],
    ['/v1/responses', { input: 'Hi' }],
    ['/v1/responses', { input: 'Hi', stream: true }],
    ['/v1/messages', { messages: MESSAGES, max_tokens: 100 }],
    ['/v1/messages', { messages: MESSAGES, max_tokens: 100, stream: true }],
  ])('follows %s %j', async (path, body, operation = 'chat') => {
    await start();
    await chat(body, { traceparent: TRACEPARENT }, path);
    const { server, exchanged, calls } = await tree(1);
    expect(server).toMatchObject({ name: `POST ${path}`, traceId: TRACE_ID });
    expect(exchanged).toMatchObject({
      name: `${operation} llama`,
      attributes: { 'gen_ai.operation.name': operation },
    });
    expect(calls.map(({ name }) => name)).toEqual([`${operation} ${LLAMA}`]);
    expect(sentUpstream().at(-1)?.headers.traceparent).toBe(`00-${TRACE_ID}-${calls[0]?.spanId}-01`);
  });

  it('calls vectors by their name', async () => {
    await start({ MODEL_VECTORS: VECTORS });
    await chat({ model: 'vectors', input: 'Hi' }, {}, '/v1/embeddings');
    const { server, exchanged, calls } = await tree(1);
    expect(server.name).toBe('POST /v1/embeddings');
    expect(exchanged).toMatchObject({
      name: 'embeddings vectors',
      attributes: { 'gen_ai.operation.name': 'embeddings', 'gen_ai.usage.input_tokens': expect.any(Number) },
    });
    expect(calls.map(({ name, failed }) => [name, failed])).toEqual([[`embeddings ${VECTORS}`, false]]);
  });

  it('has a span for a request that became no chat, and none for what is no door', async () => {
    await start();
    await service.get('/health');
    await service.get('/models');
    await chat({ model: 'nobody', prompt: 'Hi' });
    await until('the span has come', () => receiver.spans.length > 0);
    const [span] = receiver.spans;
    expect(receiver.spans).toEqual([span]);
    expect(span?.attributes).toMatchObject({ 'http.route': '/chat', 'http.response.status_code': 400 });
  });

  it('marks a failed exchange, and says the trace in the process log', async () => {
    await start();
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    expect(await chat({ prompt: 'Hi' }, { traceparent: TRACEPARENT })).toMatchObject({ status: 502 });
    const { server, exchanged } = await tree(1);
    expect(server).toMatchObject({ failed: true, attributes: { 'error.type': '502' } });
    expect(exchanged).toMatchObject({ failed: true, attributes: { 'error.type': 'upstream_auth' } });
    expect(service.log.with('A chat failed').map(({ fields }) => fields.traceId)).toEqual([TRACE_ID]);
  });

  it('says what was asked and answered only when told to', async () => {
    await start({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' });
    service.emulator.answer(LLAMA, { text: 'An answer.' });
    await chat({ prompt: SECRET, system: 'Be brief.' });
    const { exchanged } = await tree(1);
    const { 'gen_ai.input.messages': input, 'gen_ai.output.messages': output } = exchanged.attributes;
    expect(JSON.parse(input as string)).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', content: SECRET }] },
    ]);
    expect(JSON.parse(output as string)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'An answer.' }], finish_reason: 'stop' },
    ]);
  });

  it('takes the standard variables: name, attributes, headers, sampler, path', async () => {
    await start({
      OTEL_SERVICE_NAME: 'chats',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20xyz',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
      OTEL_METRICS_EXPORTER: 'none',
    });
    await chat({ prompt: 'Not sampled' });
    expect(sentUpstream().at(-1)?.headers.traceparent).toMatch(/-00$/);
    await chat({ prompt: 'Sampled' }, { traceparent: TRACEPARENT });
    const { server } = await tree(1);
    expect(server.traceId).toBe(TRACE_ID);
    expect(receiver.spans).toHaveLength(3);
    expect(server.resource).toMatchObject({
      'service.name': 'chats',
      'deployment.environment.name': 'test',
      'service.version': expect.stringMatching(/^\d/),
      'service.instance.id': expect.stringMatching(/./),
    });
    expect(receiver.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { authorization: 'Bearer xyz' },
    });
  });

  it.each([
    ['OTEL_SDK_DISABLED', 'true'],
    ['OTEL_TRACES_EXPORTER', 'none'],
  ])('sends no traces with %s=%s, and passes the trace of the client on as it is', async (name, value) => {
    await start({ [name]: value, OTEL_METRIC_EXPORT_INTERVAL: '100' });
    await chat({ prompt: 'Hi' }, { traceparent: TRACEPARENT, tracestate: 'vendor=1' });
    expect(sentUpstream().at(-1)?.headers).toMatchObject({
      traceparent: TRACEPARENT,
      tracestate: 'vendor=1',
    });
    await service.app.close();
    expect(receiver.spans).toEqual([]);
    expect(receiver.metrics.size > 0).toBe(name === 'OTEL_TRACES_EXPORTER');
  });
});
