import { Emulator } from '../../src/emulator/emulator.js';
import { ChatClient, LLAMA } from '../support/chat-client.js';
import { json } from '../support/json.js';
import { answer, RawUpstream } from '../support/raw-upstream.js';
import { CANARY_KEY, TestApp } from '../support/test-app.js';

const GROQ_CANARY = 'gsk-groq-canary';
const DOWN = { kind: 'status', status: 503 } as const;

describe('Models of several providers', () => {
  let ollama: Emulator;
  let groq: Emulator;
  let client: ChatClient;
  let openRouter: Emulator;

  beforeAll(async () => {
    ollama = await Emulator.start({ provider: 'openai' });
    groq = await Emulator.start({ provider: 'openai', apiKey: GROQ_CANARY });
    client = await ChatClient.start({
      env: {
        LLAMA_UPSTREAM: `${LLAMA}, llama3.1:8b@ollama`,
        MODEL_QWEN: 'qwen3:8b@ollama, qwen/qwen3-32b@groq',
        MODEL_QWEN_PRICE: '1.5/30',
        MODEL_BIG_ONE: 'some/big-one',
        PROVIDER_OLLAMA_URL: ollama.url,
        PROVIDER_GROQ_URL: `${groq.url}/`,
        PROVIDER_GROQ_KEY: GROQ_CANARY,
        RETRY_MAX_ATTEMPTS: '1',
      },
    });
    openRouter = client.service.emulator;
  });
  afterEach(async () => {
    await client.settle();
    ollama.reset();
    groq.reset();
  });
  afterAll(async () => {
    await client.service.stop();
    await ollama.close();
    await groq.close();
  });

  it('a model by one variable answers at its provider, and its row says where', async () => {
    ollama.answer('qwen3:8b', { pieces: ['Hello', ' you'] });
    const reply = await client.ask({ model: 'qwen' });
    expect(reply.body).toMatchObject({
      response: 'Hello you',
      model: 'qwen',
      upstream_model: 'qwen3:8b@ollama',
      finish_reason: 'stop',
    });
    expect(await client.rowOf(reply)).toMatchObject({ model: 'qwen', upstream_model: 'qwen3:8b@ollama' });
    expect(ollama.requests()[0]?.body).toMatchObject({ model: 'qwen3:8b' });
  });

  it('is listed like any other', async () => {
    const { data } = (await json(await client.service.get('/models'))) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(['big-one', 'llama', 'mistral', 'qwen']);
    expect(data[3]).toMatchObject({
      upstream: [
        {
          upstream_model: 'qwen3:8b@ollama',
          provider: 'ollama',
          listed: null,
          price: { prompt: 1.5, completion: 30 },
        },
        { upstream_model: 'qwen/qwen3-32b@groq', provider: 'groq' },
      ],
    });
    const models = await json(await client.service.get('/v1/models'));
    expect(models.data).toContainEqual(expect.objectContaining({ id: 'qwen', owned_by: 'ollama' }));
    const docs = await json(await client.service.get('/docs-json'));
    expect(JSON.stringify(docs)).toContain('["big-one","llama","mistral","qwen"]');
    const metrics = await (await client.service.get('/metrics')).text();
    expect(metrics).toContain('parley_breaker_state{slug="qwen3:8b@ollama"} 0');
    expect(metrics).toContain('gen_ai_provider_name="ollama"');
  });

  it('falls over from OpenRouter to another provider within one request, and is known by its slug', async () => {
    openRouter.always(LLAMA, DOWN);
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ upstream_model: 'llama3.1:8b@ollama', attempts: 2, model: 'llama' });
    expect(await client.rowOf(reply)).toMatchObject({ attempts: '2', status: 'ok' });
  });

  it.each([401, 402])('falls over where OpenRouter refuses our account: %i', async (status) => {
    openRouter.always(LLAMA, { kind: 'status', status });
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ upstream_model: 'llama3.1:8b@ollama', attempts: 2 });
  });

  it('has breakers for each slug of each provider', async () => {
    ollama.always('qwen3:8b', DOWN);
    for (let i = 0; i < 12; i++)
      expect((await client.ask({ model: 'qwen' })).body.upstream_model).toBe('qwen/qwen3-32b@groq');
    const asked = ollama.stats().slugs['qwen3:8b']?.requests;
    expect(asked).toBe(10);
    const models = (await json(await client.service.get('/models'))) as { data: object[] };
    expect(models.data[3]).toMatchObject({ upstream_model: 'qwen/qwen3-32b@groq', state: 'ok' });
  });

  it('costs what is stated where the provider does not say it', async () => {
    ollama.answer('qwen3:8b', { pieces: ['a', 'b'], promptTokens: 1000, completionTokens: 2 });
    const reply = await client.ask({ model: 'qwen' });
    expect(reply.body).toMatchObject({ prompt_tokens: 1000, response_tokens: 2, cost: 0.00156 });
    expect((await client.rowOf(reply)).cost).toBe('0.00156');
  });

  it('costs what nobody knows where no price is stated', async () => {
    openRouter.always(LLAMA, DOWN);
    expect((await client.ask()).body.cost).toBeNull();
  });
});

describe('Keys of several providers', () => {
  it('go to their own provider and to no other: canaries', async () => {
    const unavailable = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n';
    const upstreams = await Promise.all(
      [unavailable, unavailable, answer('Hello')].map((reply) =>
        RawUpstream.start((socket) => socket.write(reply)),
      ),
    );
    const [openRouter, groq, ollama] = upstreams as [RawUpstream, RawUpstream, RawUpstream];
    const service = await TestApp.start({
      upstreamUrl: openRouter.url,
      env: {
        RETRY_MAX_ATTEMPTS: '1',
        MODEL_ALL: 'a/b, c@groq, d@ollama',
        PROVIDER_GROQ_URL: groq.url,
        PROVIDER_GROQ_KEY: GROQ_CANARY,
        PROVIDER_OLLAMA_URL: ollama.url,
      },
    });
    try {
      const reply = await service.post('/chat', { model: 'all', prompt: 'x', max_tokens: 5 });
      expect(await reply.json()).toMatchObject({
        response: 'Hello',
        upstream_model: 'd@ollama',
        attempts: 3,
      });
      const heads = upstreams.map(({ requests }) => requests.join('\n').toLowerCase());
      expect(heads.map((text) => /^authorization: .*$/m.exec(text)?.[0])).toEqual([
        `authorization: bearer ${CANARY_KEY}`,
        `authorization: bearer ${GROQ_CANARY}`,
        undefined,
      ]);
      expect(heads.map((text) => [text.includes(CANARY_KEY), text.includes(GROQ_CANARY)])).toEqual([
        [true, false],
        [false, true],
        [false, false],
      ]);
      // Nor what else is OpenRouter's alone.
      expect(heads.map((text) => /x-openrouter|plugins/.test(text))).toEqual([true, false, false]);
    } finally {
      await service.stop();
      for (const upstream of upstreams) await upstream.close();
    }
  });
});

describe('OPENROUTER_ANY_MODEL', () => {
  it('takes any slug of OpenRouter as a model, and lets no name of a client into the metrics', async () => {
    const client = await ChatClient.start({ env: { OPENROUTER_ANY_MODEL: '1' } });
    const reply = await client.ask({ model: 'openai/gpt-5-nano:nitro', fallback: ['some/other'] });
    expect(reply.body).toMatchObject({
      model: 'openai/gpt-5-nano:nitro',
      upstream_model: 'openai/gpt-5-nano:nitro',
    });
    expect(await client.rowOf(reply)).toMatchObject({ requested_model: 'openai/gpt-5-nano:nitro' });
    for (const model of ['gpt-5', 'a/b@ollama', '../x y', 'x'.repeat(300)])
      expect((await client.ask({ model })).status).toBe(400);
    expect((await client.ask({ model: 'gpt-5' })).body.detail).toBe(
      'There is no such model. Known models: llama, mistral, or any vendor/model of OpenRouter.',
    );
    const metrics = await (await client.service.get('/metrics')).text();
    expect(metrics).not.toContain('gpt-5-nano');
    expect(JSON.stringify(await json(await client.service.get('/docs-json')))).not.toContain(
      '"enum":["llama","mistral"]',
    );
    await client.settle();
    await client.service.stop();
  });

  it('is off by default', async () => {
    const client = await ChatClient.start();
    expect((await client.ask({ model: 'openai/gpt-5-nano' })).body.code).toBe('unknown_model');
    await client.service.stop();
  });
});

describe('What cannot be started', () => {
  const started = async (env: Record<string, string>): Promise<string> => {
    try {
      await (await TestApp.start({ env })).stop();
      return 'started';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const elsewhere = {
    PROVIDER_X_URL: 'http://127.0.0.1:9/v1',
    MISTRAL_UPSTREAM: 'a@x',
    LLAMA_UPSTREAM: 'b@X, c@x',
  };

  it.each([
    [{ MODEL_QWEN: 'a@nobody' }, 'MODEL_QWEN names an unknown provider: set PROVIDER_NOBODY_URL'],
    [{ LLAMA_UPSTREAM: 'a/b,a@my_own' }, 'LLAMA_UPSTREAM names an unknown provider: set PROVIDER_MY_OWN_URL'],
    [
      { MODEL_LLAMA: 'a/b' },
      'MODEL_LLAMA: the model "llama" already exists; set LLAMA_UPSTREAM to change its slugs',
    ],
    [{ MODEL_A: 'a/b', MODEL_a: 'a/b' }, 'MODEL_A and MODEL_a name the same model'],
    [{ MODEL_X: 'a/b,,c/d' }, 'MODEL_X must be a comma-separated list'],
    [{ MODEL_É: 'a/b' }, 'MODEL_É must match'],
    [{ MODEL_X_PRICE: '1/2' }, 'MODEL_X_PRICE is for an unknown model: set MODEL_X too'],
    [
      { LLAMA_UPSTREAM: 'a/b', MODEL_LLAMA_PRICE: '5' },
      'MODEL_LLAMA_PRICE must be US dollars per million tokens',
    ],
    [{ MODEL_LLAMA_PRICE: '-1/2' }, 'MODEL_LLAMA_PRICE must be US dollars per million tokens'],
    [{ PROVIDER_X_KEY: 'k' }, 'PROVIDER_X_KEY is set, but PROVIDER_X_URL is not'],
    [{ PROVIDER_OPENROUTER_URL: 'http://127.0.0.1:9/v1' }, 'PROVIDER_OPENROUTER_URL must not be set'],
    [{ ...elsewhere, MODEL_X: 'a/b', OPENROUTER_API_KEY: '' }, 'OPENROUTER_API_KEY must be set'],
    [{ ...elsewhere, OPENROUTER_ANY_MODEL: '1', OPENROUTER_API_KEY: '' }, 'OPENROUTER_API_KEY must be set'],
  ])('%j', async (env, message) => {
    expect(await started(env)).toContain(message);
  });

  it('starts without a key of OpenRouter where no slug lives there, and never asks it', async () => {
    const service = await TestApp.start({
      env: { ...elsewhere, OPENROUTER_API_KEY: '', CATALOGUE_REFRESH_MS: '900000' },
    });
    expect((await service.get('/health')).status).toBe(200);
    expect(service.emulator.stats().total.requests).toBe(0);
    await service.stop();
  });
});

describe('Keys of clients, for models by one variable', () => {
  it('may name them, and have budgets where a price is stated', async () => {
    const admin = { headers: { authorization: 'Bearer admin-canary-0123456789-0123456789' } };
    const ollama = await Emulator.start({ provider: 'openai' });
    const service = await TestApp.start({
      env: {
        ADMIN_KEY: 'admin-canary-0123456789-0123456789',
        PROVIDER_OLLAMA_URL: ollama.url,
        MODEL_QWEN: 'qwen3:8b@ollama',
        MODEL_QWEN_PRICE: '1.5/30',
        MODEL_FREE: 'free@ollama',
        MODEL_SAME: 'a/b@openrouter, a/b',
      },
    });
    try {
      const terms = { name: 'ann', models: ['qwen', 'free'], budget: '1/day' };
      const { key } = await json(await service.post('/keys', terms, admin));
      const bearer = { headers: { authorization: `Bearer ${String(key)}` } };
      const ask = async (model: string) =>
        json(await service.post('/chat', { model, prompt: 'x', max_tokens: 10 }, bearer));
      ollama.answer('qwen3:8b', { text: 'Hi', promptTokens: 1000, completionTokens: 2 });
      expect(await ask('qwen')).toMatchObject({ response: 'Hi', cost: 0.00156 });
      expect(await ask('free')).toMatchObject({ code: 'model_not_priced' });
      expect(await ask('llama')).toMatchObject({ code: 'model_not_allowed' });
      const { usage } = await json(await service.get('/keys/me', bearer));
      expect(usage).toMatchObject({ budget: { spent: 0.00156, held: 0 } });
      const { data } = await json(await service.get('/models', bearer));
      expect(data).toContainEqual(
        expect.objectContaining({
          name: 'same',
          upstream: [expect.objectContaining({ upstream_model: 'a/b' })],
        }),
      );
    } finally {
      await service.stop();
      await ollama.close();
    }
  });
});
