import { json, type Json } from '../support/json.js';
import { RawClient } from '../support/raw-client.js';
import { readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const ADMIN = 'admin-canary-0123456789-0123456789';

describe('What a request presents', () => {
  let service: TestApp;
  let key: string;

  const as = (text: unknown): RequestInit => ({ headers: { authorization: `Bearer ${String(text)}` } });
  const make = async (terms: Json): Promise<Json> => json(await service.post('/keys', terms, as(ADMIN)));
  const raw = async (...headers: string[]): Promise<number> => {
    const client = new RawClient(service.url);
    client.send(
      ['GET /models HTTP/1.1', 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n'),
    );
    return (await client.ended()).statuses[0] ?? 0;
  };

  beforeAll(async () => {
    service = await TestApp.start({ env: { ADMIN_KEY: ADMIN }, emulator: { chunkMs: 40 } });
    key = String((await make({ name: 'alice' })).key);
  });
  afterAll(() => service.stop());

  it('A4 is taken as it should be', async () => {
    expect(await raw(`Authorization: Bearer ${key}`)).toBe(200);
    expect(await raw(`Authorization: Bearer ${key}  `)).toBe(200);
    expect(await raw(`X-API-Key: ${key}`)).toBe(200);
    expect(await raw(`X-API-Key: ${key}`, `Authorization: Bearer ${key}`)).toBe(200);
  });

  it.each<[string, (good: string) => string[]]>([
    ['nothing', () => []],
    ['an empty key', () => ['Authorization: Bearer ']],
    ['a scheme in lower case', (good) => [`Authorization: bearer ${good}`]],
    ['a scheme in upper case', (good) => [`Authorization: BEARER ${good}`]],
    ['no scheme', (good) => [`Authorization: ${good}`]],
    ['another scheme', (good) => [`Authorization: Basic ${Buffer.from(`x:${good}`).toString('base64')}`]],
    ['two headers', (good) => [`Authorization: Bearer ${good}`, 'Authorization: Bearer other']],
    [
      'two headers, the other way round',
      (good) => ['Authorization: Bearer other', `Authorization: Bearer ${good}`],
    ],
    ['two keys in one header', (good) => [`Authorization: Bearer ${good}, Bearer other`]],
    ['two different keys', (good) => [`Authorization: Bearer ${good}`, 'X-API-Key: other']],
    ['SQL', () => ["Authorization: Bearer ' OR '1'='1"]],
    ['8 KB', () => [`Authorization: Bearer ${'x'.repeat(8_000)}`]],
    ['a foreign letter', (good) => [`Authorization: Bearer ${good}é`]],
    ['a key in other case', (good) => [`Authorization: Bearer ${good.toUpperCase()}`]],
    ['a key cut short', (good) => [`Authorization: Bearer ${good.slice(0, -1)}`]],
    ['only the public part', (good) => [`Authorization: Bearer ${good.slice(0, 19)}`]],
    ['a cookie', (good) => [`Cookie: key=${good}; Authorization=Bearer ${good}`]],
  ])('A4 A5 is refused with 401: %s', async (_name, headers) => {
    expect(await raw(...headers(key))).toBe(401);
  });

  it('A4 a NUL never gets to us', async () => {
    expect(await raw(`Authorization: Bearer ${key}\0`)).toBe(400);
  });

  it('A25 no key comes in an address, and no cookie is set', async () => {
    expect((await service.get(`/models?key=${key}&api_key=${key}&access_token=${key}`)).status).toBe(401);
    for (const reply of [await make({ name: 'bob' }), await service.get('/models', as(key))])
      if (reply instanceof Response) expect(reply.headers.has('set-cookie')).toBe(false);
    const issued = await service.post('/keys', { name: 'carol' }, as(ADMIN));
    expect(issued.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['revoked', (id) => service.post(`/keys/${id}`, {}, { method: 'DELETE', ...as(ADMIN) })],
    ['rotated', (id) => service.post(`/keys/${id}/rotate`, { grace: '0' }, as(ADMIN))],
    [
      'expired',
      (id) => service.post(`/keys/${id}`, { expires: '2020-01-01' }, { method: 'PATCH', ...as(ADMIN) }),
    ],
  ])('B9 a key that is %s during a stream: it ends well, and the next call is refused', async (_how, end) => {
    const dave = await make({ name: 'dave' });
    const body = { model: 'llama', prompt: 'Tell me a story.', stream: true };
    const stream = await service.post('/chat', body, as(dave.key));
    await end(String(dave.id));
    const events = await readSse(stream);
    expect(events.at(-1)?.event).toBe('done');
    expect((await service.post('/chat', body, as(dave.key))).status).toBe(401);
    const row = (await service.rows()).at(-1);
    expect(row).toMatchObject({ status: 'ok', key: dave.id });
  });

  it('grants nothing more to a key that asks for it', async () => {
    const eve = await make({ name: 'eve' });
    const patch = await service.post(
      `/keys/${String(eve.id)}`,
      { role: 'admin' },
      { method: 'PATCH', ...as(eve.key) },
    );
    expect(patch.status).toBe(403);
    expect((await service.post('/keys', { name: 'x', role: 'admin' }, as(eve.key))).status).toBe(403);
    expect((await service.post(`/keys/${String(eve.id)}/rotate`, {}, as(eve.key))).status).toBe(403);
  });
});
