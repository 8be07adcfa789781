import OpenAI from 'openai';
import { json, type Json } from '../support/json.js';
import { readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const PATH = '/v1/completions';
const VALID = { model: 'llama', prompt: 'Say hello.' };

describe('POST /v1/completions', () => {
  let service: TestApp;
  let client: OpenAI;
  const forwarded = () => service.emulator.requests().at(-1)!.body as Json;
  const lastRow = async () => (await service.rows()).at(-1)!;

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
    client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any', maxRetries: 0, fetch });
  });

  beforeEach(() => {
    service.emulator.reset();
    service.emulator.configure({ chunkMs: 0 });
  });

  afterAll(() => service.stop());

  it('answers the openai SDK in JSON, and keeps the exchange', async () => {
    const { data, request_id: id } = await client.completions
      .create({ ...VALID, stop: ['§'], max_tokens: 50, seed: 7, user: 'someone', temperature: 0.5 })
      .withResponse();
    expect(data).toEqual({
      id: `cmpl-${id}`,
      object: 'text_completion',
      created: expect.any(Number),
      model: 'llama',
      choices: [
        { text: expect.stringContaining('Say hello.'), index: 0, logprobs: null, finish_reason: 'stop' },
      ],
      usage: expect.objectContaining({ total_tokens: expect.any(Number) }),
    });
    expect(forwarded()).toMatchObject({
      ...{ model: LLAMA, stop: ['§'], max_tokens: 50, seed: 7, user: 'someone', temperature: 0.5 },
      messages: [{ role: 'user', content: 'Say hello.' }],
    });
    expect(await lastRow()).toMatchObject({
      id,
      status: 'ok',
      prompt: 'Say hello.',
      response: data.choices[0]!.text,
      messages: '',
      user: 'someone',
    });
  });

  it('streams the same, the usage if asked for, and ends after the row', async () => {
    const whole = await client.completions.create(VALID);
    const stream = await client.completions.create({
      ...VALID,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.Completion[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const rows = await service.rows();
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(whole.choices[0]!.text);
    expect(new Set(chunks.map(({ id, object }) => `${id} ${object}`)).size).toBe(1);
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(rows.map(({ id }) => `cmpl-${id}`)).toContain(chunks[0]!.id);
  });

  it('begins with the prompt where that is asked for', async () => {
    service.emulator.answer('*', { pieces: [' two', ' three'] });
    const fields = { model: 'llama', prompt: ['One,'], echo: true };
    const whole = await client.completions.create(fields);
    expect(whole.choices[0]!.text).toBe('One, two three');
    const stream = await client.completions.create({ ...fields, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
    expect(text).toBe('One, two three');
    expect((await lastRow()).response).toBe(' two three');
  });

  it('tells log probabilities in the older shape, whole and streamed', async () => {
    const fields = { ...VALID, logprobs: 2, max_tokens: 3 };
    const { text, logprobs } = (await client.completions.create(fields)).choices[0]!;
    expect(logprobs!.tokens!.join('')).toBe(text);
    expect(logprobs!.token_logprobs).toHaveLength(3);
    expect(Object.keys(logprobs!.top_logprobs![0]!)).toHaveLength(2);
    expect(logprobs!.text_offset![1]).toBe(logprobs!.tokens![0]!.length);
    const stream = await client.completions.create({ ...fields, stream: true });
    const offsets: number[] = [];
    for await (const { choices } of stream) offsets.push(...(choices[0]?.logprobs?.text_offset ?? []));
    expect(offsets).toEqual(logprobs!.text_offset);
  });

  it('U29: ends a stream that fails with an error and without [DONE]', async () => {
    service.emulator.script(LLAMA, [{ kind: 'cut', at: 2 }]);
    const events = await readSse(await service.post(PATH, { ...VALID, stream: true }));
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ error: { code: 'upstream_truncated' } });
    expect(events.map(({ data }) => data)).not.toContain('[DONE]');
    expect(await lastRow()).toMatchObject({ status: 'error' });
    service.emulator.always(LLAMA, { kind: 'cut', at: 2 });
    await expect(client.completions.create(VALID)).rejects.toMatchObject({ code: 'upstream_truncated' });
  });

  it('aborts, which frees the upstream', async () => {
    service.emulator.configure({ chunkMs: 50 });
    const stream = await client.completions.create({ ...VALID, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.text) break;
    await until('the upstream is released', () => service.emulator.stats().total.open === 0, 1_000);
    await until('its row is written', async () => (await service.rows()).at(-1)?.status === 'client_closed');
  });

  it.each([
    ['no prompt', { prompt: undefined }, 'prompt'],
    ['several prompts', { prompt: ['a', 'b'] }, 'prompt'],
    ['tokens', { prompt: [1, 2] }, 'prompt'],
    ['a suffix', { suffix: 'x' }, 'suffix'],
    ['several answers', { n: 2 }, 'n'],
    ['the best of several', { best_of: 2 }, 'best_of'],
    ['log probabilities of the prompt', { echo: true, logprobs: 1 }, 'logprobs'],
    ['no model', { model: undefined }, 'model'],
  ])('refuses %s', async (_name, fields, param) => {
    const reply = await service.post(PATH, { ...VALID, ...fields });
    expect(reply.status).toBe(400);
    expect((await json(reply)).error).toMatchObject({ type: 'invalid_request_error', param });
    expect(service.emulator.stats().total.requests).toBe(0);
  });

  it('answers with another model where `fallback` allows it, and knows no other', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    expect(await json(await service.post(PATH, { ...VALID, fallback: true }))).toMatchObject({
      model: 'mistral',
    });
    await expect(client.completions.create({ ...VALID, model: 'davinci' })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
  });
});

it('POST /v1/completions wants a key, and counts and bounds what it may have', async () => {
  const service = await TestApp.start({ env: { ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '3600000' } });
  const bearer = (key: unknown): RequestInit => ({ headers: { authorization: `Bearer ${key as string}` } });
  const make = async (terms: Json): Promise<unknown> =>
    (await json(await service.post('/keys', terms, bearer(ADMIN)))).key;
  const codeOf = async (reply: Response): Promise<unknown> => [
    reply.status,
    ((await json(reply)).error as Json).code,
  ];
  expect(await codeOf(await service.post(PATH, VALID))).toEqual([401, 'invalid_api_key']);
  const key = await make({ name: 'alice', rpm: 1 });
  expect((await service.post(PATH, VALID, bearer(key))).status).toBe(200);
  expect(await codeOf(await service.post(PATH, VALID, bearer(key)))).toEqual([429, 'rate_limited']);
  const poor = await make({ name: 'bob', budget: '0.000001' });
  expect(await codeOf(await service.post(PATH, VALID, bearer(poor)))).toEqual([402, 'budget_exceeded']);
  await service.stop();
});
