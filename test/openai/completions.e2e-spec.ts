import { chunksOf, readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HELLO = [{ role: 'user', content: 'Say hello.' }];
const TOOLS = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));

interface Completion {
  readonly id: string;
  readonly choices: readonly { message: Record<string, unknown>; logprobs: unknown; finish_reason: string }[];
  readonly usage?: Record<string, unknown>;
}

describe('POST /v1/chat/completions', () => {
  let service: TestApp;
  const ask = (fields: object = {}) =>
    service.post('/v1/chat/completions', { model: 'llama', messages: HELLO, ...fields });
  const complete = async (fields: object = {}) => (await (await ask(fields)).json()) as Completion;
  const stream = async (fields: object = {}) => readSse(await ask({ ...fields, stream: true }));
  const forwarded = () => service.emulator.requests().at(-1)!.body as Record<string, unknown>;

  beforeAll(async () => {
    service = await TestApp.start();
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('answers in the shape of OpenAI and keeps the exchange', async () => {
    const response = await ask();
    const reply = (await response.json()) as Completion;
    const id = response.headers.get('x-request-id')!;
    expect(reply).toEqual({
      id: `chatcmpl-${id}`,
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'llama',
      system_fingerprint: null,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: expect.stringContaining('Say hello.'), refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: expect.objectContaining({
        total_tokens: expect.any(Number),
        completion_tokens_details: expect.any(Object),
      }),
    });
    const row = (await service.rows()).find((candidate) => candidate.id === id);
    expect(row).toMatchObject({
      status: 'ok',
      prompt: 'Say hello.',
      response: reply.choices[0]!.message.content,
      prompt_tokens: String(reply.usage!.prompt_tokens),
    });
  });

  it('streams the role first, one identity throughout, and [DONE] after the row', async () => {
    const response = await ask({ stream: true, stream_options: { include_usage: false } });
    const events = await readSse(response);
    const rows = await service.rows();
    const chunks = chunksOf(events);
    expect(chunks[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.slice(1).filter(({ choices }) => choices[0]!.delta.role !== undefined)).toEqual([]);
    expect(
      new Set(chunks.map(({ id, created, model, object }) => [id, created, model, object].join())).size,
    ).toBe(1);
    expect(chunks.filter((chunk) => 'usage' in chunk)).toEqual([]);
    expect(chunks.at(-1)!.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(events.at(-1)).toEqual({ event: 'message', data: '[DONE]' });
    expect(rows.map(({ id }) => `chatcmpl-${id}`)).toContain(chunks[0]!.id);
  });

  it('U32: sends the usage as a last chunk without choices, if asked for', async () => {
    const chunks = chunksOf(await stream({ stream_options: { include_usage: true } }));
    expect(chunks.slice(0, -1).filter((chunk) => 'usage' in chunk)).toEqual([]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  it('U31: says nothing of usage where the upstream said nothing', async () => {
    service.emulator.always(LLAMA, { kind: 'omit', parts: ['usage'] });
    const chunks = chunksOf(await stream({ stream_options: { include_usage: true } }));
    expect(chunks.at(-1)!.choices[0]!.finish_reason).toBe('stop');
    expect(await complete()).not.toHaveProperty('usage');
  });

  it('streams the pieces of several tool calls, which make up those of the whole reply', async () => {
    const fields = {
      tools: TOOLS,
      messages: [{ role: 'user', content: 'Use get_weather and get_time.' }],
    };
    const whole = (await complete(fields)).choices[0]!;
    const deltas = chunksOf(await stream(fields)).flatMap(
      ({ choices }) =>
        (choices[0]?.delta.tool_calls ?? []) as {
          index: number;
          id?: string;
          function: { arguments: string };
        }[],
    );
    const streamed = (index: number) =>
      deltas
        .filter((delta) => delta.index === index)
        .map((delta) => delta.function.arguments)
        .join('');
    expect(whole.finish_reason).toBe('tool_calls');
    expect(whole.message.content).toBeNull();
    expect(whole.message.tool_calls).toMatchObject([
      { id: 'call_emulator_0', type: 'function', function: { name: 'get_weather', arguments: streamed(0) } },
      { id: 'call_emulator_1', type: 'function', function: { name: 'get_time', arguments: streamed(1) } },
    ]);
    const row = (await service.rows()).at(-1)!;
    expect(JSON.parse(row.response!)).toEqual({ tool_calls: whole.message.tool_calls });
    expect(row.finish_reason).toBe('tool_calls');
  });

  it('passes logprobs, streamed and whole', async () => {
    const fields = { logprobs: true, top_logprobs: 2, max_tokens: 3 };
    const whole = (await complete(fields)).choices[0]!.logprobs as { content: { token: string }[] };
    const chunks = chunksOf(await stream(fields));
    const streamed = chunks.flatMap(
      ({ choices }) => (choices[0]?.logprobs as { content: unknown[] } | null)?.content ?? [],
    );
    expect(whole.content).toHaveLength(3);
    expect(streamed).toEqual(whole.content);
  });

  it('U33: passes reasoning, refusal, images and annotations, streamed and whole', async () => {
    const deltas = [
      {
        role: 'assistant',
        content: '',
        reasoning: 'Let me ',
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'Let me ' }],
      },
      {
        reasoning: 'see.',
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'see.', signature: 's' }],
      },
      { refusal: 'I would rather not.' },
      { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      { annotations: [{ type: 'url_citation', url_citation: { url: 'https://example.org' } }] },
    ];
    const text = [
      ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]
      .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
      .join('');
    service.emulator.always(LLAMA, {
      kind: 'raw',
      text: `${text}data: [DONE]\n\n`,
    });
    expect((await complete()).choices[0]!.message).toEqual({
      role: 'assistant',
      content: null,
      refusal: 'I would rather not.',
      reasoning: 'Let me see.',
      reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'Let me see.', signature: 's' }],
      images: deltas[3]!.images,
      annotations: deltas[4]!.annotations,
    });
    const streamed = chunksOf(await stream()).map(({ choices }) => choices[0]!.delta);
    expect(streamed.slice(1, -1)).toEqual(
      deltas.map(({ role: _role, content: _content, ...extras }) => extras),
    );
  });

  it('forwards what it knows and nothing else; null is absence', async () => {
    const known = {
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 10,
      max_completion_tokens: 11,
      stop: ['§'],
      seed: 7,
      presence_penalty: -1,
      frequency_penalty: 1,
      logit_bias: { '50256': -100 },
      logprobs: true,
      top_logprobs: 1,
      user: 'someone',
      response_format: { type: 'json_object' },
      tools: TOOLS,
      tool_choice: 'none',
      parallel_tool_calls: false,
      reasoning_effort: 'low',
    };
    await complete({ ...known, n: 1, api_base: 'http://evil', route: 'fallback', store: true });
    expect(Object.keys(forwarded()).sort()).toEqual(
      [...Object.keys(known), 'model', 'messages', 'stream', 'stream_options', 'plugins'].sort(),
    );
    expect(forwarded()).toMatchObject({ ...known, model: LLAMA });
    await complete({
      ...Object.fromEntries(Object.keys(known).map((field) => [field, null])),
      n: null,
      stream: null,
      stream_options: null,
      fallback: null,
    });
    expect(Object.keys(forwarded()).sort()).toEqual([
      'messages',
      'model',
      'plugins',
      'stream',
      'stream_options',
    ]);
  });

  it('forwards conversations with images, tool calls and their results', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'Really.', name: 'dev' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'x', index: 0 }],
      },
      { role: 'tool', content: 'A cat.', tool_call_id: 'call_1' },
    ];
    await complete({ messages: messages.map((message) => ({ ...message, unknown: 1 })) });
    expect(forwarded().messages).toEqual(messages);
    const row = (await service.rows()).at(-1)!;
    expect(JSON.parse(row.messages!)).toEqual(messages);
    expect(row.prompt).toBe('What is this?');
  });

  it('answers with another model where `fallback` allows it, and says which', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    const reply = await complete({ fallback: ['mistral'] });
    expect(reply).toMatchObject({ model: 'mistral' });
  });

  it('shows the models as OpenAI does', async () => {
    const list = (await (await service.get('/v1/models')).json()) as { data: { id: string }[] };
    expect(list).toMatchObject({ object: 'list', data: [{ id: 'llama' }, { id: 'mistral' }] });
    expect(await (await service.get('/v1/models/llama')).json()).toEqual(list.data[0]);
    expect(list.data[0]).toEqual({
      id: 'llama',
      object: 'model',
      created: expect.any(Number),
      owned_by: 'meta-llama',
    });
  });
});
