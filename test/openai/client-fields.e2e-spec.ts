import { Catalogue } from '../../src/models/openrouter/catalogue.service.js';
import { json, type Json } from '../support/json.js';
import { chunksOf, readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HELLO = [{ role: 'user', content: 'Say hello.' }];
const WEATHER = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

interface Reply {
  readonly model: string;
  readonly choices: readonly { message: Record<string, unknown>; finish_reason: string }[];
  readonly error: { message: string; param: string | null; code: string };
}

/** Requests as clients of OpenAI's and OpenRouter's APIs send them. */
describe('POST /v1/chat/completions as clients send it', () => {
  let service: TestApp;
  const ask = (fields: object = {}) =>
    service.post('/v1/chat/completions', { model: 'llama', messages: HELLO, ...fields });
  const complete = async (fields: object = {}) => (await (await ask(fields)).json()) as Reply;
  const stream = async (fields: object = {}) =>
    chunksOf(await readSse(await ask({ ...fields, stream: true })));
  const sent = () => service.emulator.requests().at(-1)!.body as Record<string, unknown>;

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1', CATALOGUE_REFRESH_MS: '3600000' } });
    await service.app.get(Catalogue, { strict: false }).whenAsked();
  });

  beforeEach(() => {
    service.emulator.reset();
    service.log.entries.length = 0;
  });

  afterAll(() => service.stop());

  it('cuts max_tokens to the limit of the service, and to what the slug can answer with', async () => {
    await complete({ model: 'mistral', max_tokens: 1_000_000 });
    expect(sent().max_tokens).toBe(65_536);
    await complete({ max_tokens: 32_000, max_completion_tokens: 20_000 });
    expect(sent()).toMatchObject({ max_tokens: 16_384, max_completion_tokens: 16_384 });
    await (await service.post('/chat', { model: 'llama', prompt: 'Hi', max_tokens: 32_000 })).text();
    expect(sent().max_tokens).toBe(16_384);
    await complete({ max_tokens: 100 });
    expect(sent().max_tokens).toBe(100);
    await complete();
    const { data } = await json(await service.get('/logs?limit=5'));
    // The latest first; what the client said itself needs no column.
    expect((data as Json[]).map(({ max_tokens }) => max_tokens)).toEqual([
      null,
      null,
      16_384,
      16_384,
      65_536,
    ]);
    expect(await json(await service.get(`/logs/${String((data as Json[])[2]!.id)}`))).toMatchObject({
      max_tokens: 16_384,
    });
  });

  describe('the usage of a stream', () => {
    const usages = (chunks: Awaited<ReturnType<typeof stream>>) => chunks.filter((chunk) => 'usage' in chunk);

    it.each([
      ['asked for as OpenAI has it', { stream_options: { include_usage: true } }, []],
      ['asked for as OpenRouter had it', { usage: { include: true } }, []],
      [
        'not asked for: as OpenRouter sends it',
        {},
        [{ index: 0, delta: {}, logprobs: null, finish_reason: null }],
      ],
    ])('is in the last chunk, %s', async (_how, fields, choices) => {
      const chunks = await stream(fields);
      expect(usages(chunks)).toEqual([chunks.at(-1)]);
      expect(chunks.at(-1)).toMatchObject({
        choices,
        usage: { total_tokens: expect.any(Number), cost: expect.any(Number) },
      });
    });

    it.each([{ stream_options: { include_usage: false } }, { usage: { include: false } }])(
      'is not sent where it is declined: %j',
      async (fields) => {
        expect(usages(await stream(fields))).toEqual([]);
      },
    );
  });

  it('leaves what is null out of chunks, and keeps it in a whole reply', async () => {
    for (const chunk of await stream({ stream_options: { include_usage: true } }))
      expect(Object.values(chunk)).not.toContain(null);
    expect(await complete()).toHaveProperty('system_fingerprint', null);
  });

  it('takes `stop: []` as absent, and `tool_choice: "any"` as required', async () => {
    const tools = [{ type: 'function', function: WEATHER }];
    const { choices } = await complete({ stop: [], tools, tool_choice: 'any' });
    expect(choices[0]!.finish_reason).toBe('tool_calls');
    expect(sent()).not.toHaveProperty('stop');
    expect(sent().tool_choice).toBe('required');
  });

  describe("OpenRouter's own fields", () => {
    const extras = {
      provider: { order: ['DeepInfra'], allow_fallbacks: false },
      top_k: 40,
      top_a: 0.1,
      min_p: 0.05,
      repetition_penalty: 1.1,
      reasoning: { effort: 'low' },
      verbosity: 'low',
      metadata: { project: 'x' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      prediction: { type: 'content', content: 'Hello' },
      modalities: ['text', 'image'],
      web_search_options: { search_context_size: 'low' },
      image_config: { aspect_ratio: '1:1' },
      cache_control: { type: 'ephemeral' },
      session_id: 's',
      user: 'someone',
    };

    it('are forwarded as they came', async () => {
      await complete(extras);
      expect(sent()).toMatchObject(extras);
    });

    it('keep compression off beside other plugins, unless it is asked for', async () => {
      const off = { id: 'context-compression', enabled: false };
      await complete({ plugins: [{ id: 'web', max_results: 2 }] });
      expect(sent().plugins).toEqual([{ id: 'web', max_results: 2 }, off]);
      await complete({ plugins: [{ id: 'context-compression' }] });
      expect(sent().plugins).toEqual([{ id: 'context-compression' }]);
    });

    it.each([
      ['provider', ['DeepInfra']],
      ['provider', { x: 'y'.repeat(20_000) }],
      ['plugins', { id: 'web' }],
      ['plugins', Array.from({ length: 17 }, () => ({ id: 'web' }))],
      ['plugins', ['web']],
      ['top_k', 1.5],
      ['top_k', -1],
      ['top_a', 2],
      ['min_p', '0.1'],
      ['repetition_penalty', 3],
      ['reasoning', 'low'],
      ['verbosity', 7],
      ['metadata', { a: 1 }],
      ['metadata', Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v']))],
      ['metadata', { a: 'x'.repeat(513) }],
      ['service_tier', 'x'.repeat(65)],
      ['prompt_cache_key', {}],
      ['prediction', 'Hello'],
      ['modalities', ['audio']],
      ['modalities', []],
      ['web_search_options', true],
      ['session_id', 'x'.repeat(257)],
      ['user', 'x'.repeat(1025)],
      ['models', 'llama'],
      ['models', []],
      ['usage', true],
    ])('are checked: %s', async (field, value) => {
      const response = await ask({ [field]: value });
      expect(response.status).toBe(400);
      expect(((await response.json()) as Reply).error.param).toBe(field);
      expect(service.emulator.stats().total.requests).toBe(0);
    });
  });

  describe('`models`', () => {
    it('names those that may answer instead', async () => {
      service.emulator.always(LLAMA, { kind: 'status', status: 503 });
      expect(await complete({ models: ['llama', 'mistral'] })).toMatchObject({ model: 'mistral' });
      expect(sent()).not.toHaveProperty('models');
    });

    it('names the one to be asked where `model` does not', async () => {
      expect(await complete({ model: undefined, models: ['mistral', 'llama'] })).toMatchObject({
        model: 'mistral',
      });
    });

    it('takes known names only, and not beside `fallback`', async () => {
      expect((await complete({ models: ['llama', 'openai/gpt-5'] })).error).toMatchObject({
        code: 'unknown_model',
        param: 'models[1]',
      });
      expect((await complete({ models: ['mistral'], fallback: true })).error.param).toBe('models');
    });
  });

  describe('functions, which tools replaced', () => {
    const asked = { functions: [WEATHER], messages: [{ role: 'user', content: 'Call get_weather.' }] };

    it('are asked for as tools, and answered as functions', async () => {
      const { choices } = await complete(asked);
      expect(sent()).toMatchObject({
        tools: [{ type: 'function', function: WEATHER }],
        parallel_tool_calls: false,
      });
      expect(sent()).not.toHaveProperty('functions');
      expect(choices[0]).toMatchObject({
        finish_reason: 'function_call',
        message: { content: null, function_call: { name: 'get_weather', arguments: expect.any(String) } },
      });
      expect(choices[0]!.message).not.toHaveProperty('tool_calls');
    });

    it('are streamed', async () => {
      const whole = (await complete(asked)).choices[0]!.message.function_call;
      const deltas = (await stream(asked)).map(({ choices }) => choices[0]!);
      const pieces = deltas.flatMap(
        ({ delta }) => (delta.function_call ?? []) as { name?: string; arguments?: string },
      );
      const joined = (field: 'name' | 'arguments') => pieces.map((piece) => piece[field] ?? '').join('');
      expect({ name: joined('name'), arguments: joined('arguments') }).toEqual(whole);
      expect(deltas.filter(({ delta }) => 'tool_calls' in delta)).toEqual([]);
      expect(deltas.map(({ finish_reason: reason }) => reason)).toContain('function_call');
    });

    it.each([
      ['auto', 'auto'],
      ['none', 'none'],
      [{ name: 'get_weather' }, { type: 'function', function: { name: 'get_weather' } }],
    ])('are chosen by function_call: %j', async (choice, forwarded) => {
      await complete({ ...asked, function_call: choice });
      expect(sent().tool_choice).toEqual(forwarded);
      expect(sent()).not.toHaveProperty('function_call');
    });

    it('are sent back with their results, which get the ids that models want', async () => {
      const { choices } = await complete({
        ...asked,
        messages: [
          ...asked.messages,
          { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '{}' } },
          { role: 'function', name: 'get_weather', content: 'Rain.' },
        ],
      });
      expect(choices[0]!.finish_reason).toBe('stop');
      const call = {
        id: 'call_function_1',
        type: 'function',
        function: { name: 'get_weather', arguments: '{}' },
      };
      const messages = [
        ...asked.messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', name: 'get_weather', content: 'Rain.', tool_call_id: 'call_function_1' },
      ];
      expect(sent().messages).toEqual(messages);
      expect(JSON.parse((await service.rows()).at(-1)!.messages!)).toEqual(messages);
    });

    it.each([
      ['functions', { functions: [WEATHER], tools: [{ type: 'function', function: WEATHER }] }],
      ['functions', { functions: [{ parameters: {} }] }],
      ['function_call', { functions: [WEATHER], function_call: 'required' }],
      ['messages[0].name', { messages: [{ role: 'function', content: 'Rain.' }] }],
      [
        'messages[0].function_call',
        { messages: [{ role: 'assistant', function_call: { name: 'x' } }, ...HELLO] },
      ],
    ])('are checked: %s', async (param, fields) => {
      expect((await complete(fields)).error).toMatchObject({ code: 'invalid_request', param });
    });
  });

  it.each([{ audio: { voice: 'x' } }, { guided_json: {} }, { preset: 'p' }, { echo: true }, { n: 2 }])(
    'refuses by name what would change the answer and cannot be had: %j',
    async (fields) => {
      const response = await ask(fields);
      expect(response.status).toBe(400);
      expect(((await response.json()) as Reply).error.param).toBe(Object.keys(fields)[0]);
    },
  );

  it('ignores the rest, and says so in one line', async () => {
    const response = await ask({
      store: true,
      audio: null,
      echo: false,
      messages: [{ ...HELLO[0], extra: 1 }],
    });
    expect(response.status).toBe(200);
    expect(
      service.log.with('Fields of a request were ignored').map(({ level, fields }) => ({ level, ...fields })),
    ).toEqual([
      expect.objectContaining({
        level: 'debug',
        requestId: response.headers.get('x-request-id'),
        fields: ['messages[0].extra', 'store', 'audio', 'echo'],
      }),
    ]);
    await complete();
    expect(service.log.with('Fields of a request were ignored')).toHaveLength(1);
  });

  describe("the provider's reason", () => {
    const SCHEMA =
      "Invalid schema for function 'get_weather': schema must be of type object. (tools[0].function.parameters)";
    const refuse = (status: number, body: object) => {
      service.emulator.script(LLAMA, [{ kind: 'status', status, body }]);
    };

    it.each([
      [400, { error: { code: 400, message: SCHEMA } }],
      [413, { error: { message: SCHEMA } }],
      [422, { detail: [{ loc: ['body', 'tools', 0], msg: SCHEMA, type: 'value_error' }] }],
      [
        400,
        {
          error: {
            code: 400,
            message: 'Provider returned error',
            metadata: { raw: JSON.stringify({ error: { message: SCHEMA } }) },
          },
        },
      ],
    ])('of a %i goes to the client and to the process log', async (status, body) => {
      refuse(status, body);
      const { error } = await complete();
      expect(error.message).toContain(SCHEMA);
      refuse(status, body);
      const problem = (await (await service.post('/chat', { model: 'llama', prompt: 'Hi' })).json()) as {
        detail: string;
      };
      expect(problem.detail).toBe(error.message);
      expect(service.log.with('A model call failed').map(({ fields }) => fields.reason)).toEqual([
        expect.stringContaining(SCHEMA),
        expect.stringContaining(SCHEMA),
      ]);
    });

    it('has no keys, addresses and markup in it, and is bounded', async () => {
      refuse(400, {
        error: {
          message: `<b>Bad</b> key sk-or-test-canary at http://10.0.0.7:8080/x, see admin@example.com ${'long '.repeat(200)}`,
        },
      });
      const { error } = await complete();
      expect(error.message).toMatch(/ Bad key \[key\] at \[address\],? see \[address\] long /);
      expect(error.message.length).toBeLessThan(400);
    });

    it.each([401, 402, 403, 500, 502])('of a %i stays with the operator', async (status) => {
      refuse(status, { error: { code: status, message: 'Secret words' } });
      expect((await complete()).error.message).not.toContain('Secret');
    });
  });
});
