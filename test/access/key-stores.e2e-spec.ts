import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey } from '../../src/access/keys/key-changes.js';
import { FileKeyStore } from '../../src/access/keys/file-key.store.js';
import { UNLIMITED, type Key } from '../../src/access/keys/key.js';
import type { KeyStore } from '../../src/access/keys/key-store.js';
import { PostgresKeyStore } from '../../src/access/postgres/postgres-key.store.js';
import { json, type Json } from '../support/json.js';
import { keysProgram } from '../support/keys-program.js';
import { LOG_STORES } from '../support/log-stores.js';
import { PostgresServer, query } from '../support/postgres-server.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const newKey = (name = 'alice'): Key => createKey({ ...UNLIMITED, name }, new Date()).key;
const ADMIN = 'admin-canary-0123456789-0123456789';
const bearer = (key: unknown): RequestInit => ({ headers: { authorization: `Bearer ${String(key)}` } });

type OpenStore = KeyStore & { onApplicationShutdown: () => Promise<void> };

describe.each(LOG_STORES)('the keys beside a log in $name', ({ start }) => {
  let folder: string;
  let removeStore: () => Promise<void>;
  let url: string | undefined;
  const opened: OpenStore[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-keys-'));
    const { env, remove } = await start();
    removeStore = remove;
    url = env.DATABASE_URL;
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.onApplicationShutdown();
  });
  afterAll(async () => {
    await removeStore();
    await rm(folder, { recursive: true });
  });

  /** Like that of a process of its own, which follows what the others do. */
  async function open(): Promise<OpenStore> {
    const path = join(folder, 'chat_keys.json');
    const store = url
      ? await PostgresKeyStore.follow(url, 2_000, [])
      : (await FileKeyStore.open(path)).watch();
    opened.push(store);
    return store;
  }

  it('keeps keys as they are, in the order in which they were made', async () => {
    const store = await open();
    const before = store.list();
    const full = {
      ...newKey('all'),
      ...{ role: 'reader' as const, models: ['llama'], rpm: 1, tpm: 2, concurrency: 3 },
      ...{ budget: { limit: 5e9, window: 'day' as const }, expiresAt: '2100-01-01T00:00:00.000Z' },
    };
    const keys = [newKey('b'), full, newKey('a')];
    for (const key of keys) await store.add(key);
    expect(store.list()).toEqual([...before, ...keys]);
    expect(store.find(full.id)).toEqual(full);
    expect((await open()).list()).toEqual(store.list());
  });

  it('changes one key, and answers what became of it', async () => {
    const store = await open();
    const [a, b] = [newKey('a'), newKey('b')];
    await store.add(a);
    await store.add(b);
    expect(await store.update(a.id, (key) => ({ ...key, rpm: 5 }))).toEqual({ ...a, rpm: 5 });
    expect([store.find(a.id)?.rpm, store.find(b.id)]).toEqual([5, b]);
    expect(await store.update('nobodynobody', (key) => key)).toBeUndefined();
    const mistake = new Error('of the change');
    const refused = store.update(a.id, () => {
      throw mistake;
    });
    await expect(refused).rejects.toBe(mistake);
    expect(store.find(a.id)?.rpm).toBe(5);
  });

  it('loses none of the changes that several processes make at once', async () => {
    const stores = [await open(), await open(), await open()];
    const before = stores[0]!.list().length;
    const key = { ...newKey(), rpm: 0 };
    await stores[0]!.add(key);
    await Promise.all(
      stores.flatMap((store) => [
        store.add(newKey()),
        store.update(key.id, (old) => ({ ...old, rpm: (old.rpm ?? 0) + 1 })),
      ]),
    );
    const last = await open();
    expect(last.list()).toHaveLength(before + 4);
    expect(last.find(key.id)?.rpm).toBe(3);
  });

  it('sees within a second what another process has changed', async () => {
    const [one, other] = [await open(), await open()];
    const key = newKey();
    await one.add(key);
    await until('it is seen', () => other.find(key.id) !== undefined, 1_000);
    await one.update(key.id, (old) => ({ ...old, revokedAt: '2026-01-01T00:00:00.000Z' }));
    await until('it is revoked', () => other.find(key.id)?.revokedAt !== null, 1_000);
  });
});

describe('keys in PostgreSQL', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start(['fsync=off']);
  });
  afterAll(() => server.remove());

  const env = () => ({ DATABASE_URL: server.url, DATABASE_WRITE_TIMEOUT_MS: '1000' });
  const listeners = () =>
    query<{ pid: number }>(
      server.url,
      `SELECT pid FROM pg_stat_activity WHERE query ~ '^(LISTEN|SELECT number FROM key_changes)' AND pid <> pg_backend_pid()`,
    );

  it('L13 a change is seen within a second when the connection that listens was terminated, or heard nothing', async () => {
    const store = await PostgresKeyStore.follow(server.url, 1_000, []);
    const key = newKey();
    await store.add(key);
    await until('it listens', async () => (await listeners()).length > 0);
    await query(
      server.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley'`,
    );
    await query(server.url, `UPDATE keys SET key = key || '{"rpm": 7}' WHERE id = $1`, [key.id]);
    await until('it is seen', () => store.find(key.id)?.rpm === 7, 1_000);
    await query(
      server.url,
      `BEGIN; ALTER TABLE keys DISABLE TRIGGER keys_changed;
       UPDATE keys SET key = key || '{"rpm": 8}'; UPDATE key_changes SET number = number + 1;
       ALTER TABLE keys ENABLE TRIGGER keys_changed; COMMIT`,
    );
    await until('it is seen without a notification', () => store.find(key.id)?.rpm === 8, 1_000);
    await store.close();
  });

  it('L13 known keys stay in force while the database is away; none is known to a service that starts then', async () => {
    const service = await TestApp.start({ env: { ...env(), ADMIN_KEY: ADMIN } });
    const { key, id } = await json(await service.post('/keys', { name: 'alice' }, bearer(ADMIN)));
    await server.stop('immediate');
    const chat = (key: unknown) => service.post('/chat', { model: 'llama', prompt: 'Hello' }, bearer(key));
    expect((await chat(key)).status).toBe(200);
    expect((await chat(`${String(key)}x`)).status).toBe(401);
    const change = await service.post('/keys', { name: 'bob' }, bearer(ADMIN));
    expect([change.status, (await json(change)).code]).toEqual([503, 'keys_unavailable']);

    const late = await TestApp.start({ env: env() });
    const models = (key: unknown) => late.get('/models', bearer(key));
    for (const reply of [await late.get('/models'), await models(key)]) {
      expect(reply.headers.get('retry-after')).toBe('5');
      expect([reply.status, (await json(reply)).code]).toEqual([503, 'keys_unavailable']);
    }
    await server.start();
    await until('it knows the key', async () => (await models(key)).status === 200, 10_000);
    expect((await late.get('/models')).status).toBe(401);
    await until(
      'keys can be changed again',
      async () =>
        (await service.post(`/keys/${String(id)}`, {}, { method: 'DELETE', ...bearer(ADMIN) })).status ===
        200,
      10_000,
    );
    await until('it is revoked there as well', async () => (await models(key)).status === 401, 1_000);
    await late.stop();
    await service.stop();
  });

  it('B10 a key that is not understood stops the start, and is left as it is', async () => {
    const { id } = newKey();
    await query(server.url, `INSERT INTO keys (id, key) VALUES ($1, '{"rpm": "many"}')`, [id]);
    await expect(TestApp.start({ env: env() })).rejects.toThrow('the keys in the database cannot be used');
    await query(server.url, 'DELETE FROM keys WHERE id = $1', [id]);
  });

  it('the program makes, lists and revokes keys there, and the keys of a file move in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-keys-'));
    const path = join(folder, 'chat_keys.json');
    const earlier = newKey('from the file');
    await (await FileKeyStore.open(path)).add(earlier);
    const service = await TestApp.start({ env: { ...env(), CHAT_KEYS_PATH: path } });
    const run = (...args: string[]) => keysProgram(folder, args, { DATABASE_URL: server.url });
    const made = await run('create', '--name', 'bob');
    expect([made.code, made.errors]).toEqual([0, expect.stringContaining('kept in the database')]);
    const key = made.output.trim();
    const status = async (): Promise<number> => (await service.get('/models', bearer(key))).status;
    await until('it is known', async () => (await status()) === 200, 1_000);
    const listed = (await run('list', '--json')).output.trim().split('\n');
    const names = listed.map((line) => (JSON.parse(line) as Json).name);
    expect(names).toEqual(expect.arrayContaining(['from the file', 'bob']));
    expect((await run('revoke', key.split('_')[1]!)).code).toBe(0);
    await until('it is revoked', async () => (await status()) === 401, 1_000);
    expect((await run('list', '--file', path)).output).toContain('from the file');
    await service.stop();
    await rm(folder, { recursive: true });
  });
});
