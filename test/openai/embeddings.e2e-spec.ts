import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { OpenAIEmbeddings } from '@langchain/openai';
import { embedMany } from 'ai';
import OpenAI from 'openai';
import { Emulator } from '../../src/emulator/emulator.js';
import { json, type Json } from '../support/json.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const PATH = '/v1/embeddings';
const TEXTS = ['A parley is a talk.', 'Hello!'];
const VALID = { model: 'llama', input: TEXTS };

describe('POST /v1/embeddings', () => {
  let service: TestApp;
  let client: OpenAI;
  const forwarded = () => service.emulator.requests().at(-1)!.body as Json;
  const lastRow = async () => (await service.rows()).at(-1)!;
  const ask = (fields: object = {}) => service.post(PATH, { ...VALID, ...fields });

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
    client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any', maxRetries: 0, fetch });
  });

  beforeEach(() => {
    service.emulator.reset();
    service.emulator.configure({ firstTokenMs: 0 });
  });

  afterAll(() => service.stop());

  it('makes vectors for the openai SDK, which asks for base64, and keeps the texts', async () => {
    const { data: list, request_id: id } = await client.embeddings
      .create({ ...VALID, dimensions: 8, user: 'someone' })
      .withResponse();
    expect(forwarded()).toEqual({
      model: LLAMA,
      input: TEXTS,
      dimensions: 8,
      encoding_format: 'base64',
      user: 'someone',
    });
    expect(list).toMatchObject({ object: 'list', model: 'llama', data: [{ index: 0 }, { index: 1 }] });
    const [first, second] = list.data.map(({ embedding }) => embedding);
    expect(first).toHaveLength(8);
    expect(first).not.toEqual(second);
    expect(Math.hypot(...first!)).toBeCloseTo(1, 5);
    expect(list.usage.total_tokens).toBeGreaterThan(0);
    const row = await lastRow();
    expect(row).toMatchObject({
      id,
      status: 'ok',
      prompt: TEXTS.join('\n'),
      response: '',
      prompt_tokens: String(list.usage.prompt_tokens),
      response_tokens: '0',
      upstream_model: LLAMA,
      attempts: '1',
      user: 'someone',
    });
    expect(Number(row.cost)).toBeGreaterThan(0);
    expect(JSON.parse(row.messages!)).toEqual(TEXTS.map((content) => ({ role: 'user', content })));
  });

  it('makes them for LangChain and for the AI SDK', async () => {
    const configuration = { baseURL: `${service.url}/v1`, fetch };
    const langchain = new OpenAIEmbeddings({ model: 'llama', apiKey: 'any', configuration });
    const vectors = await langchain.embedDocuments(TEXTS);
    const model = createOpenAICompatible({ name: 'parley', baseURL: `${service.url}/v1` }).embeddingModel(
      'llama',
    );
    const { embeddings, usage } = await embedMany({ model, values: TEXTS });
    expect(vectors).toHaveLength(2);
    expect(embeddings).toHaveLength(2);
    embeddings.flat().forEach((value, index) => {
      expect(vectors.flat()[index]).toBeCloseTo(value, 6);
    });
    expect(usage.tokens).toBeGreaterThan(0);
    expect(await langchain.embedQuery('One.')).toHaveLength(1536);
    expect((await lastRow()).prompt).toBe('One.');
    expect((await lastRow()).messages).toBe('');
  });

  it('gives the encoding that was asked for, whatever the upstream sent', async () => {
    const entry = (index: number, embedding: unknown): object => ({ object: 'embedding', index, embedding });
    const numbers = [0.5, -2, 0.25];
    const base64 = Buffer.from(new Float32Array(numbers).buffer).toString('base64');
    const upstream = (data: object[]) => {
      const headers = { 'content-type': 'application/json' };
      service.emulator.always(LLAMA, { kind: 'raw', text: JSON.stringify({ data }), headers });
    };
    const vectors = async (format: string): Promise<unknown> =>
      ((await json(await ask({ encoding_format: format }))).data as Json[]).map(({ embedding }) => embedding);
    // In no order, as some providers answer.
    upstream([entry(1, numbers), entry(0, base64)]);
    expect(await vectors('float')).toEqual([numbers, numbers]);
    expect(await vectors('base64')).toEqual([base64, base64]);
  });

  it.each([
    ['one vector too few', { data: [{ index: 0, embedding: [1] }] }, 'upstream_truncated'],
    ['none', { data: [] }, 'upstream_empty'],
    [
      'one that is twice the same',
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 0, embedding: [1] },
        ],
      },
      'upstream_bad_response',
    ],
    [
      'no numbers',
      {
        data: [
          { index: 0, embedding: ['a'] },
          { index: 1, embedding: [1] },
        ],
      },
      'upstream_bad_response',
    ],
    [
      'half a float',
      {
        data: [
          { index: 0, embedding: 'AAA=' },
          { index: 1, embedding: [1] },
        ],
      },
      'upstream_bad_response',
    ],
    ['an error under 200', { error: { code: 503, message: 'x' } }, 'upstream_unavailable'],
    ['no object', [], 'upstream_bad_response'],
  ])('takes no %s', async (_name, body, code) => {
    const headers = { 'content-type': 'application/json' };
    service.emulator.always(LLAMA, { kind: 'raw', text: JSON.stringify(body), headers });
    const reply = await ask();
    expect([reply.status >= 500, ((await json(reply)).error as Json).code]).toEqual([true, code]);
    expect(await lastRow()).toMatchObject({ status: 'error', error: code, response: '' });
  });

  it('U29 never takes a body that was cut for whole', async () => {
    service.emulator.always(LLAMA, { kind: 'cut', at: 'after-headers' });
    await expect(client.embeddings.create(VALID)).rejects.toMatchObject({
      status: 502,
      code: 'upstream_truncated',
    });
  });

  it('asks the next slug, another model where that is allowed, and leaves a slug that fails alone', async () => {
    expect(await json(await ask({ model: 'mistral' }))).toMatchObject({ model: 'mistral' });
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    for (let i = 0; i < 20; i++) await (await ask()).text();
    const asked = service.emulator.stats().total.requests;
    expect(await json(await ask({ fallback: ['mistral'] }))).toMatchObject({ model: 'mistral' });
    expect(service.emulator.stats().total.requests).toBe(asked + 1);
    expect(await lastRow()).toMatchObject({ model: 'mistral', requested_model: 'llama' });
  });

  it('C1 gives the call up when the client leaves', async () => {
    const rows = (await service.rows()).length;
    service.emulator.script('*', [{ kind: 'stall', at: 'before-headers' }]);
    const leaving = new AbortController();
    const asking = service
      .post(PATH, { ...VALID, model: 'mistral' }, { signal: leaving.signal })
      .catch(() => undefined);
    await until('the upstream is asked', () => service.emulator.stats().total.open === 1);
    leaving.abort();
    await asking;
    await until('the upstream is released', () => service.emulator.stats().total.open === 0);
    await until('the row is written', async () => (await service.rows()).length > rows);
    expect(await lastRow()).toMatchObject({ status: 'client_closed', prompt: TEXTS.join('\n') });
  });

  it.each([
    ['no input', { input: undefined }, 'input'],
    ['an empty text', { input: '' }, 'input'],
    ['no texts', { input: [] }, 'input'],
    ['tokens', { input: [1, 2, 3] }, 'input'],
    ['lists of tokens', { input: [[1], [2]] }, 'input'],
    ['too many', { input: Array.from({ length: 2049 }, () => 'x') }, 'input'],
    ['a format', { encoding_format: 'int8' }, 'encoding_format'],
    ['dimensions', { dimensions: 0 }, 'dimensions'],
    ['no model', { model: undefined }, 'model'],
  ])('refuses %s', async (_name, fields, param) => {
    const reply = await ask(fields);
    expect(reply.status).toBe(400);
    expect((await json(reply)).error).toMatchObject({ type: 'invalid_request_error', param });
    expect(service.emulator.stats().total.requests).toBe(0);
  });

  it('knows no other model', async () => {
    await expect(client.embeddings.create({ ...VALID, model: 'ada' })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
  });
});

describe('POST /v1/embeddings of a provider', () => {
  it('asks a model by one variable, the next provider if one fails, and tells its cost at the stated price', async () => {
    const local = await Emulator.start({ provider: 'openai' });
    const service = await TestApp.start({
      env: {
        MODEL_EMBED: 'baai/bge-m3, all-minilm@local',
        MODEL_EMBED_PRICE: '1000000/0',
        PROVIDER_LOCAL_URL: local.url,
        RETRY_MAX_ATTEMPTS: '1',
      },
    });
    service.emulator.always('baai/bge-m3', { kind: 'status', status: 503 });
    const list = await json(await service.post(PATH, { model: 'embed', input: TEXTS, dimensions: 4 }));
    expect(list).toMatchObject({ model: 'embed', data: [{ index: 0 }, { index: 1 }] });
    expect(local.requests()[0]?.body).toEqual({ model: 'all-minilm', input: TEXTS, dimensions: 4 });
    const row = (await service.rows()).at(-1)!;
    expect(row).toMatchObject({ upstream_model: 'all-minilm@local', attempts: '2', cost: row.prompt_tokens });
    await service.stop();
    await local.close();
  });
});

describe('POST /v1/embeddings with keys', () => {
  let service: TestApp;
  const bearer = (key: unknown): RequestInit => ({ headers: { authorization: `Bearer ${key as string}` } });
  const make = async (terms: Json): Promise<unknown> =>
    (await json(await service.post('/keys', terms, bearer(ADMIN)))).key;
  const codeOf = async (reply: Response): Promise<unknown> => [
    reply.status,
    ((await json(reply)).error as Json).code,
  ];

  beforeAll(async () => {
    service = await TestApp.start({ env: { ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '3600000' } });
  });

  afterAll(() => service.stop());

  it('counts against limits, and asks only what the key may', async () => {
    expect(await codeOf(await service.post(PATH, VALID))).toEqual([401, 'invalid_api_key']);
    const key = await make({ name: 'alice', rpm: 1, models: ['llama'] });
    expect(await codeOf(await service.post(PATH, { ...VALID, model: 'mistral' }, bearer(key)))).toEqual([
      403,
      'model_not_allowed',
    ]);
    expect((await service.post(PATH, VALID, bearer(key))).status).toBe(200);
    expect(await codeOf(await service.post(PATH, VALID, bearer(key)))).toEqual([429, 'rate_limited']);
  });

  it('B1 sets aside what the texts may cost and nothing for an answer, and spends what they did', async () => {
    // Some hundred bytes at 0.02 dollars a million tokens; an answer of 65,536 tokens would cost a thousand times as much.
    const key = await make({ name: 'bob', budget: '0.00001' });
    expect((await service.post(PATH, VALID, bearer(key))).status).toBe(200);
    const { budget } = (await json(await service.get('/keys/me', bearer(key)))).usage as { budget: Json };
    expect(budget).toMatchObject({ spent: Number((await service.rows()).at(-1)!.cost), held: 0 });
    const long = { ...VALID, input: 'x'.repeat(10_000) };
    expect(await codeOf(await service.post(PATH, long, bearer(key)))).toEqual([402, 'budget_exceeded']);
  });
});
