import { json, type Json } from '../support/json.js';
import { LOG_STORES } from '../support/log-stores.js';
import { TestApp } from '../support/test-app.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const bearer = (key: unknown, headers: Record<string, string> = {}): RequestInit => ({
  headers: { authorization: `Bearer ${String(key)}`, ...headers },
});
const CHAT = { model: 'llama', prompt: 'Say something.' };

describe.each(LOG_STORES)('limits, with a log in $name', ({ start }) => {
  let service: TestApp;
  let removeStore: () => Promise<void>;

  beforeAll(async () => {
    const { env, remove } = await start();
    removeStore = remove;
    service = await TestApp.start({ env: { ...env, ADMIN_KEY: ADMIN } });
  });
  afterAll(async () => {
    await service.stop();
    await removeStore();
  });

  const make = async (terms: Json): Promise<Json> => json(await service.post('/keys', terms, bearer(ADMIN)));
  const chat = (key: unknown, body: Json = {}, headers = {}): Promise<Response> =>
    service.post('/chat', { ...CHAT, ...body }, bearer(key, headers));

  it('C16 A30 lets a burst have what there is and no more, whatever it says of itself, and nobody else suffers', async () => {
    const { key } = await make({ name: 'alice', rpm: 10 });
    const { key: other } = await make({ name: 'bob', rpm: 10 });
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, i) => chat(key, {}, { 'x-forwarded-for': `10.0.0.${i}` })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = replies.find(({ status }) => status === 429)!;
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
    expect((await chat(other)).status).toBe(200);
    const jump = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    const late = await chat(key);
    jump.mockRestore();
    expect(late.status).toBe(429);
  });

  it('names a limit of one in the singular', async () => {
    const { key } = await make({ name: 'alice', rpm: 1 });
    await chat(key);
    expect((await json(await chat(key))).detail).toBe(
      'The limit of this key is reached: 1 request a minute.',
    );
  });

  it('tells a limited key of its limits in every reply: JSON, streams and errors', async () => {
    const { key } = await make({ name: 'alice', rpm: 60, tpm: 100_000 });
    const replies = [
      await chat(key),
      await chat(key, { stream: true }),
      await chat(key, { model: 'nobody' }),
      await service.get('/models', bearer(key)),
      await service.post('/v1/chat/completions', '{', bearer(key)),
    ];
    for (const { headers } of replies.slice(0, 4)) {
      expect(headers.get('x-ratelimit-limit-requests')).toBe('60');
      expect(headers.get('x-ratelimit-limit-tokens')).toBe('100000');
      expect(headers.get('ratelimit-policy')).toBe('"requests";q=60;w=60, "tokens";q=100000;w=60');
    }
    expect(replies[0]!.headers.get('x-ratelimit-remaining-requests')).toBe('59');
    expect(replies[1]!.headers.get('x-ratelimit-remaining-requests')).toBe('58');
    expect(replies[3]!.headers.get('x-ratelimit-remaining-requests')).toBe('58');
    await replies[1]!.text();
    expect((await chat((await make({ name: 'free' })).key)).headers.get('ratelimit')).toBeNull();
  });

  it('counts tokens: what is asked for before, what there was after', async () => {
    const { key } = await make({ name: 'alice', tpm: 1_000 });
    service.emulator.answer('*', { text: 'hm', promptTokens: 100, completionTokens: 300 });
    const remaining = async (): Promise<unknown> =>
      ((await json(await service.get('/keys/me', bearer(key)))).usage as Json).tokens;
    expect((await chat(key, { max_tokens: 800 })).status).toBe(200);
    expect(await remaining()).toMatchObject({ limit: 1_000, remaining: expect.any(Number) as number });
    const first = await chat(key, { max_tokens: 100_000 });
    expect(first.status).toBe(429);
    expect((await json(first)).detail).toContain('1000 tokens a minute');
    service.emulator.reset();
  });

  it('refuses models that the key may not ask, and as stand-in too', async () => {
    const { key } = await make({ name: 'alice', models: ['llama'] });
    for (const body of [{ model: 'mistral' }, { fallback: ['mistral'] }]) {
      const reply = await chat(key, body);
      expect(reply.status).toBe(403);
      expect(await json(reply)).toMatchObject({ code: 'model_not_allowed' });
    }
    expect((await chat(key)).status).toBe(200);
  });

  it('takes fallback: true for the models that the key may ask', async () => {
    const { key } = await make({ name: 'alice', models: ['mistral', 'llama'] });
    const { key: only } = await make({ name: 'bob', models: ['mistral'] });
    for (const slug of ['mistral-7b-instruct', 'ministral-8b-2512', 'mistral-nemo'])
      service.emulator.always(`mistralai/${slug}`, { kind: 'status', status: 404 });
    const ask = async (secret: unknown) => chat(secret, { model: 'mistral', fallback: true });
    expect(await json(await ask(key))).toMatchObject({ model: 'llama' });
    expect((await ask(only)).status).toBe(404);
    service.emulator.reset();
  });

  it('A32 knows no idempotency keys: nobody gets the answer of another', async () => {
    const headers = { 'idempotency-key': 'same' };
    const ids = await Promise.all(
      ['alice', 'bob'].map(async (name) => {
        const { key } = await make({ name });
        return (await json(await chat(key, {}, headers))).id;
      }),
    );
    expect(new Set(ids).size).toBe(2);
  });
});
