import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { json, type Json } from '../support/json.js';
import { TestApp } from '../support/test-app.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const bearer = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });
const CHAT = { model: 'llama', prompt: 'Say something.' };

describe('access', () => {
  let service: TestApp;
  let alice: Json;

  const make = async (terms: Json): Promise<Json> => json(await service.post('/keys', terms, bearer(ADMIN)));

  beforeAll(async () => {
    service = await TestApp.start({ env: { ADMIN_KEY: ADMIN } });
    alice = await make({ name: 'alice' });
  });
  afterAll(() => service.stop());

  it.each(['/models', '/v1/models', '/logs', '/logs/stats', '/logs/export', '/keys', '/keys/me'])(
    'A9 %s wants a key',
    async (path) => {
      const reply = await service.get(path);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      const body = await json(reply);
      if (path.startsWith('/v1')) expect(body.error).toMatchObject({ code: 'invalid_api_key' });
      else expect(body).toMatchObject({ code: 'unauthorized', status: 401 });
    },
  );

  it.each(['/', '/health', '/health/live', '/health/ready'])('%s wants none', async (path) => {
    expect((await service.get(path)).status).toBe(200);
  });

  it.each([
    ["' OR '1'='1", {}],
    ['x'.repeat(8000), {}],
    ['parley_000000000000_0000000000000000000000000000000000000000000', {}],
  ])('A4 a key like %p is refused', async (key) => {
    expect((await service.post('/chat', CHAT, bearer(key))).status).toBe(401);
  });

  it('A5 neither a part of a key nor its digest opens anything', async () => {
    const key = String(alice.key);
    const [stored] = (JSON.parse(await readFile(join(service.folder, 'chat_keys.json'), 'utf8')) as Json)
      .keys as Json[];
    for (const wrong of [
      key.slice(0, -1),
      `${key}0`,
      String(stored!.digest),
      `parley_${String(alice.id)}_${String(stored!.digest)}`,
    ])
      expect((await service.get('/models', bearer(wrong))).status).toBe(401);
  });

  it('says what is wrong with how a key came, and with a key that is asked for', async () => {
    const detail = async (reply: Promise<Response>): Promise<unknown> => (await json(await reply)).detail;
    const authorization = `bearer ${String(alice.key)}`;
    expect(await detail(service.get('/models', { headers: { authorization } }))).toContain('capital B');
    expect(await detail(service.get('/models'))).toContain('A key is needed');
    expect(await detail(service.post('/keys', {}, bearer(ADMIN)))).toBe('name must be given.');
    const models = ['llama', 'nope'];
    expect(await detail(service.post('/keys', { name: 'x', models }, bearer(ADMIN)))).toBe(
      'models[1] must be one of: llama, mistral.',
    );
    const at = `/keys/${String(alice.id)}`;
    const changed = await service.post(at, { models }, { method: 'PATCH', ...bearer(ADMIN) });
    expect(changed.status).toBe(400);
  });

  it('lets in who has a key, in either header', async () => {
    const key = String(alice.key);
    expect((await service.post('/chat', CHAT, bearer(key))).status).toBe(200);
    expect((await service.get('/v1/models', { headers: { 'x-api-key': key } })).status).toBe(200);
    expect(await json(await service.get('/keys/me', bearer(key)))).toMatchObject({
      id: alice.id,
      name: 'alice',
      role: 'chat',
    });
  });

  it('A9 lets each role do what it is for, and no more', async () => {
    const reader = await make({ name: 'rita', role: 'reader' });
    const codes = async (key: unknown): Promise<number[]> => {
      const paths = ['/models', '/logs', '/v1/models', '/keys', '/keys/me'];
      return Promise.all(paths.map(async (path) => (await service.get(path, bearer(String(key)))).status));
    };
    expect(await codes(alice.key)).toEqual([200, 200, 200, 403, 200]);
    expect(await codes(reader.key)).toEqual([200, 200, 403, 403, 200]);
    expect(await codes(ADMIN)).toEqual([200, 200, 200, 200, 200]);
    expect((await service.post('/chat', CHAT, bearer(String(reader.key)))).status).toBe(403);
  });

  it('changes, rotates and revokes keys, and says who did it', async () => {
    const { id, key } = await make({ name: 'bob', rpm: 5, budget: '5/day', expires: '2099-01-01' });
    const at = `/keys/${String(id)}`;
    const send = (path: string, method: string, body: Json): Promise<Response> =>
      service.post(path, body, { method, ...bearer(ADMIN) });
    expect(await json(await send(at, 'PATCH', { rpm: null, models: ['llama'] }))).toMatchObject({
      rpm: null,
      models: ['llama'],
      budget: '5/day',
      expires_at: '2099-01-01T00:00:00.000Z',
    });
    const rotated = await json(await send(`${at}/rotate`, 'POST', { grace: '1h' }));
    for (const each of [key, rotated.key])
      expect((await service.get('/models', bearer(String(each)))).status).toBe(200);
    const last = await json(await send(`${at}/rotate`, 'POST', { grace: '0' }));
    expect((await service.get('/models', bearer(String(rotated.key)))).status).toBe(401);
    await send(at, 'DELETE', {});
    expect((await service.get('/models', bearer(String(last.key)))).status).toBe(401);
    expect((await service.get('/keys/nobodynobody', bearer(ADMIN))).status).toBe(404);
    expect((await send('/keys', 'POST', { name: 'x', rpm: -1 })).status).toBe(400);
  });

  it('A7 A8 keeps no secret anywhere', async () => {
    const secrets = [ADMIN, String(alice.key), String(alice.key).slice(20)];
    for (const path of ['/keys', '/logs', '/logs/export', '/models', '/health/ready']) {
      const text = await (await service.get(path, bearer(ADMIN))).text();
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    for (const name of await readdir(service.folder))
      for (const secret of secrets)
        expect(await readFile(join(service.folder, name), 'utf8').catch(() => '')).not.toContain(secret);
    for (const secret of secrets) expect(JSON.stringify(service.log)).not.toContain(secret);
  });
});

it('An open service says that it has no keys, and which one may manage them', async () => {
  const service = await TestApp.start();
  expect(await json(await service.get('/keys'))).toMatchObject({
    status: 401,
    detail: expect.stringContaining('ADMIN_KEY') as string,
  });
  expect(await json(await service.get('/keys/me'))).toMatchObject({
    status: 404,
    detail: 'This service has no keys: it is open.',
  });
  await service.stop();
});
