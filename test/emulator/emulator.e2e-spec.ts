import { Emulator } from '../../src/emulator/emulator.js';
import { exchange, type PlainReply } from '../support/plain-http.js';

const llama = 'meta-llama/llama-3.1-8b-instruct';
const nemo = 'mistralai/mistral-nemo';
const gone = 'mistralai/mistral-7b-instruct';
const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
const messages = [{ role: 'user', content: 'Tell me about parleys' }];

describe('The emulator speaks OpenRouter', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await Emulator.start();
  });
  afterEach(() => {
    emulator.reset();
  });
  afterAll(async () => {
    await emulator.close();
  });

  const ask = (body: object, extra: object = {}): Promise<PlainReply> =>
    exchange(`${emulator.url}/chat/completions`, {
      headers,
      body: { model: llama, messages, ...body },
      ...extra,
    });

  it('answers in one piece', async () => {
    const reply = await ask({});
    const body = answerOf(reply);
    expect(reply.status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^gen-\d+-\w+$/),
      provider: 'DeepInfra',
      model: llama,
      object: 'chat.completion',
      system_fingerprint: expect.any(String),
      choices: [{ index: 0, finish_reason: 'stop', native_finish_reason: 'stop', logprobs: null }],
    });
    expect(reply.headers['x-generation-id']).toBe(body.id);
    expect(body.choices[0].message.content).toContain(
      `answers as ${llama}: you wrote "Tell me about parleys"`,
    );
    const { prompt_tokens: prompt, completion_tokens: completion, total_tokens, cost } = body.usage;
    expect(total_tokens).toBe(prompt + completion);
    expect(cost).toBeCloseTo(prompt * 0.02e-6 + completion * 0.04e-6, 12);
  });

  it('streams comments, the role, the dictated pieces, the finish, the usage and the end', async () => {
    emulator.answer(llama, { pieces: ['Grüß', ' 👋', ' dich\n'] });
    const reply = await ask({ stream: true });
    expect(reply.headers['content-type']).toBe('text/event-stream');
    expect(reply.text).toMatch(/^: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\ndata: \{/);
    expect(reply.text).toMatch(/\n\ndata: \[DONE\]\n\n$/);
    const [role, ...rest] = chunks(reply);
    expect(role).toMatchObject({
      id: reply.headers['x-generation-id'],
      object: 'chat.completion.chunk',
      choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(rest.slice(0, 3).map((chunk) => chunk.choices[0]?.delta.content)).toEqual([
      'Grüß',
      ' 👋',
      ' dich\n',
    ]);
    expect(rest[3]!.choices[0]).toMatchObject({ finish_reason: 'stop', native_finish_reason: 'stop' });
    expect(rest[4]).toMatchObject({ choices: [], usage: { prompt_tokens: 4, cost: expect.any(Number) } });
    expect(rest).toHaveLength(5);
  });

  it('sends the usage beside an empty delta where that is asked for', async () => {
    emulator.configure({ usageShape: 'empty-delta' });
    const last = chunks(await ask({ stream: true })).at(-1);
    emulator.configure({ usageShape: 'empty-choices' });
    expect(last?.choices).toMatchObject([{ delta: { role: 'assistant', content: '' }, finish_reason: null }]);
    expect(last?.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('gives both forms of an answer the same text and the same counts', async () => {
    const whole = answerOf(await ask({}));
    const streamed = chunks(await ask({ stream: true }));
    expect(textOf(streamed)).toBe(whole.choices[0].message.content);
    expect(streamed.at(-1)?.usage).toEqual(whole.usage);
  });

  it('keeps to max_tokens and says so', async () => {
    const body = answerOf(await ask({ max_tokens: 5 }));
    expect(body.choices[0].finish_reason).toBe('length');
    expect(body.usage.completion_tokens).toBe(5);
  });

  it('stops before a stop sequence', async () => {
    emulator.answer(llama, { pieces: ['one two', ' three'] });
    const body = answerOf(await ask({ stop: ['o th'] }));
    expect(body.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'one tw' } });
  });

  it('streams tool calls as argument deltas when the user names a tool', async () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
    };
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const asked = [{ role: 'user', content: 'Use get_weather for Bern' }];
    const streamed = chunks(await ask({ stream: true, tools, messages: asked }));
    const deltas = streamed.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(deltas[0]).toMatchObject({ index: 0, id: expect.any(String), function: { name: 'get_weather' } });
    expect(deltas.length).toBeGreaterThan(3);
    const args = JSON.parse(deltas.map((delta) => delta.function.arguments).join(''));
    expect(args).toEqual({ city: 'Use get_weather for Bern', days: 1 });
    expect(streamed.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('calls a tool that tool_choice forces, and none that nobody wants', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: {} } }];
    const choice = { type: 'function', function: { name: 'get_weather' } };
    const forced = answerOf(await ask({ tools, tool_choice: choice })).choices[0];
    expect(forced.message).toMatchObject({
      content: null,
      tool_calls: [{ function: { name: 'get_weather' } }],
    });
    expect(answerOf(await ask({ tools })).choices[0].finish_reason).toBe('stop');
  });

  it('answers in JSON for a response_format', async () => {
    const schema = {
      type: 'object',
      properties: { mood: { enum: ['good', 'bad'] }, tags: { type: 'array', items: { type: 'string' } } },
    };
    const content = async (format: object): Promise<unknown> =>
      JSON.parse(answerOf(await ask({ response_format: format })).choices[0].message.content);
    expect(await content({ type: 'json_object' })).toMatchObject({ prompt: 'Tell me about parleys' });
    expect(await content({ type: 'json_schema', json_schema: { name: 'x', schema } })).toEqual({
      mood: 'good',
      tags: [expect.any(String)],
    });
  });

  it('gives logprobs when asked', async () => {
    emulator.answer(llama, { pieces: ['Hi', '!'] });
    const streamed = chunks(await ask({ stream: true, logprobs: true, top_logprobs: 2 }));
    expect(streamed[1]?.choices[0]?.logprobs.content).toMatchObject([
      { token: 'Hi', bytes: [72, 105], top_logprobs: [{ token: 'Hi' }, {}] },
    ]);
    const whole = answerOf(await ask({ logprobs: true }));
    expect(whole.choices[0].logprobs.content).toHaveLength(2);
  });

  it('streams reasoning before the text', async () => {
    emulator.answer(llama, { reasoning: ['Let me', ' think'], pieces: ['Done'] });
    const deltas = chunks(await ask({ stream: true })).flatMap((chunk) => chunk.choices[0]?.delta ?? []);
    expect(deltas.slice(1, 4)).toEqual([
      { content: '', reasoning: 'Let me' },
      { content: '', reasoning: ' think' },
      { content: 'Done' },
    ]);
  });

  it('refuses a request without a bearer', async () => {
    const reply = await ask({}, { headers: { 'content-type': 'application/json' } });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text).error).toMatchObject({
      code: 401,
      message: 'Missing Authentication header',
    });
  });

  it.each([
    ['{"model":', 'not valid JSON'],
    [{ model: llama, messages: [] }, 'messages'],
    [{ messages }, 'No models'],
    [
      { model: llama, messages: [{ role: 'user', content: 'word '.repeat(140_000) }] },
      'maximum context length',
    ],
  ])('refuses a bad body with 400 (%#)', async (body, message) => {
    const reply = await exchange(`${emulator.url}/chat/completions`, { headers, body });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text).error).toMatchObject({
      code: 400,
      message: expect.stringContaining(message),
    });
  });

  it('knows nothing of the dead slug, and says why', async () => {
    const reply = await ask({ model: gone, stream: true });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text).error).toMatchObject({
      code: 400,
      message: `${gone} is not a valid model ID`,
      availability: { code: 'model_not_found', retryable: false, requested_models: [gone] },
    });
  });

  it('falls through models[] to one that answers', async () => {
    emulator.script(llama, [{ kind: 'status', status: 503 }]);
    const body = answerOf(await ask({ model: gone, models: [llama, nemo] }));
    expect(body.model).toBe(nemo);
    expect(emulator.stats().slugs[llama]).toMatchObject({ requests: 1, scripted: 1 });
  });

  it('lists models with prices as strings and a retirement notice', async () => {
    const { data } = JSON.parse((await exchange(`${emulator.url}/models`)).text) as ModelList;
    expect(data.map((model) => model.id)).not.toContain(gone);
    const listed = data.find((model) => model.id === nemo);
    expect(listed).toMatchObject({ context_length: 131_072, pricing: { prompt: '0.000000029' } });
    expect(listed?.expiration_date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('describes the key, and a generation from the second look on', async () => {
    const key = JSON.parse((await exchange(`${emulator.url}/key`, { headers })).text);
    expect(key.data).toMatchObject({ limit: null, is_free_tier: false });
    const { id, usage } = answerOf(await ask({}));
    const url = `${emulator.url}/generation?id=${id}`;
    expect((await exchange(url, { headers })).status).toBe(404);
    const { data } = JSON.parse((await exchange(url, { headers })).text);
    expect(data).toMatchObject({
      id,
      model: llama,
      total_cost: usage.cost,
      streamed: false,
      cancelled: false,
    });
  });

  it('serves all of it without the prefix too, once', async () => {
    const root = emulator.url.replace('/api/v1', '');
    const reply = await exchange(`${root}/chat/completions`, { headers, body: { model: llama, messages } });
    expect(reply.status).toBe(200);
    expect((await exchange(`${root}/api/v1/nothing`, { headers })).status).toBe(404);
    expect((await exchange(`${root}/nothing`, { headers })).status).toBe(404);
    const paths = ['/chat/completions', '/api/v1/nothing', '/nothing'];
    expect(emulator.requests().map(({ url }) => url)).toEqual(paths);
  });

  it('keeps the last requests, without the key', async () => {
    await ask({ seed: 7 });
    const [request] = emulator.requests();
    expect(request).toMatchObject({
      method: 'POST',
      url: '/api/v1/chat/completions',
      headers: { authorization: 'Bearer ***' },
      body: { model: llama, seed: 7 },
    });
  });

  it('paces its tokens and sends comments until the first', async () => {
    emulator.configure({ firstTokenMs: 60, chunkMs: 20, commentEveryMs: 15 });
    emulator.answer(llama, { pieces: ['a', 'b', 'c'] });
    const begin = performance.now();
    const reply = await ask({ stream: true });
    emulator.configure({ firstTokenMs: 0, chunkMs: 0, commentEveryMs: 0 });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(95);
    expect(reply.pieces.length).toBeGreaterThanOrEqual(4);
    expect(reply.text.match(/: OPENROUTER PROCESSING/g)).toHaveLength(2 + 3);
  });

  it('makes as many chunks as it is told to', async () => {
    emulator.configure({ chunks: 200 });
    const streamed = chunks(await ask({ stream: true }));
    emulator.configure({ chunks: undefined });
    expect(streamed).toHaveLength(1 + 200 + 2);
  });

  it('takes its orders over HTTP as well', async () => {
    const root = emulator.url.replace('/api/v1', '/emulator');
    const order = { slug: llama, steps: [{ kind: 'status', status: 502 }], always: { kind: 'garbage' } };
    expect((await exchange(`${root}/script`, { body: order })).status).toBe(200);
    expect((await ask({})).status).toBe(502);
    expect((await ask({})).text).toContain('this is not JSON');
    const stats = JSON.parse((await exchange(`${root}/stats`)).text);
    expect(stats.slugs[llama]).toMatchObject({ requests: 2, scripted: 2, cancelled: 0, open: 0 });
    expect(JSON.parse((await exchange(`${root}/requests`)).text).data).toHaveLength(2);
    await exchange(`${root}/reset`, { method: 'POST' });
    expect((await ask({})).status).toBe(200);
    const wrong = await exchange(`${root}/script`, { body: { steps: [{ kind: 'stall' }] } });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('stall needs at');
    const odd = await exchange(`${root}/script`, { body: { answer: { pieces: 'whole' } } });
    expect(odd.text).toContain('does not suit answer');
  });

  it('starts where it is told and accepts one key if it has one', async () => {
    const guarded = await Emulator.start({ apiKey: 'right' });
    const url = `${guarded.url}/key`;
    expect((await exchange(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await exchange(url, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
    await expect(Emulator.start({ port: guarded.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await guarded.close();
  });
});

interface Chunk {
  choices: {
    delta: {
      content?: string | null;
      reasoning?: string;
      tool_calls?: { index: number; id?: string; function: { name?: string; arguments: string } }[];
    };
    finish_reason: string | null;
    native_finish_reason: string | null;
    logprobs: { content: unknown[] };
  }[];
  usage?: { total_tokens: number };
}

interface Completion {
  id: string;
  model: string;
  choices: [{ message: { content: string }; finish_reason: string; logprobs: { content: unknown[] } }];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number; cost: number };
}

interface ModelList {
  data: { id: string; expiration_date: string | null }[];
}

function answerOf(reply: PlainReply): Completion {
  return JSON.parse(reply.text) as Completion;
}

function chunks(reply: PlainReply): Chunk[] {
  const events = reply.text.split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event) => JSON.parse(event.slice('data: '.length)) as Chunk);
}

function textOf(streamed: Chunk[]): string {
  return streamed.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
}
