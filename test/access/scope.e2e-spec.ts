import { json, type Json } from '../support/json.js';
import { LOG_STORES } from '../support/log-stores.js';
import { parseSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
/** In every text of hers, and in none of his. */
const CANARY = 'canary-of-alice';

/** Every route under /logs, as bob asks it. One that is missing here fails the first test. */
const ASKED = ['/logs', '/logs/export', '/logs/live', '/logs/stats', '/logs/{id}', '/logs/{id}/score'];

describe.each(LOG_STORES)('A9 a chat key sees its own rows and figures in $name', ({ name, start }) => {
  let service: TestApp;
  let removeStore = () => Promise.resolve();
  let alice: Json;
  let bob: Json;

  const as = (key: unknown): RequestInit => ({ headers: { authorization: `Bearer ${String(key)}` } });
  const chat = async (who: Json, prompt: string, model = 'llama'): Promise<Json> =>
    json(await service.post('/chat', { model, prompt }, as(who.key)));
  const asBob = (path: string): Promise<Response> => service.get(path, as(bob.key));
  const rowsOf = (body: Json): Json[] => body.data as Json[];

  beforeAll(async () => {
    const { env, remove } = await start();
    removeStore = remove;
    service = await TestApp.start({ env: { ...env, ADMIN_KEY: ADMIN } });
    alice = await json(await service.post('/keys', { name: 'alice' }, as(ADMIN)));
    bob = await json(await service.post('/keys', { name: 'bob' }, as(ADMIN)));
    for (let i = 0; i < 3; i++) await chat(alice, `${CANARY} ${i}`, i === 0 ? 'mistral' : 'llama');
    for (let i = 0; i < 2; i++) await chat(bob, `of bob ${i}`);
  });
  afterAll(async () => {
    await service.stop();
    await removeStore();
  });

  it('in every route that there is', async () => {
    const { paths } = await json(await service.get('/docs-json'));
    const routes = Object.keys(paths as Json).filter((path) => path.startsWith('/logs'));
    expect(routes.sort()).toEqual(ASKED);
  });

  it.each(['', '?model=llama', '?status=ok', '?from=2020-01-01', '?requested_model=llama', '?min_latency=0'])(
    'in pages%s',
    async (query) => {
      const rows = rowsOf(await json(await asBob(`/logs${query}`)));
      expect(rows.map(({ key }) => key)).toEqual([bob.id, bob.id]);
    },
  );

  it.each([`q=${CANARY}`, 'model=mistral', 'requested_model=mistral'])('in the filter %s', async (filter) => {
    expect(rowsOf(await json(await asBob(`/logs?${filter}`)))).toEqual([]);
    expect((await json(await asBob(`/logs/stats?${filter}`))).total).toMatchObject({ count: 0 });
  });

  it('in the filter key: those of another are none', async () => {
    const filter = `key=${String(alice.id)}`;
    expect(rowsOf(await json(await asBob(`/logs?${filter}`)))).toEqual([]);
    expect((await json(await asBob(`/logs/stats?${filter}`))).total).toMatchObject({ count: 0, cost: null });
    expect(await (await asBob(`/logs/export?format=jsonl&${filter}`)).text()).toBe('');
    expect(rowsOf(await json(await asBob(`/logs?key=${String(bob.id)}`)))).toHaveLength(2);
  });

  it('behind a cursor of another, or of the admin', async () => {
    const cursors = [];
    for (const key of [alice.key, ADMIN])
      cursors.push((await json(await service.get('/logs?limit=1', as(key)))).next_cursor);
    for (const cursor of cursors) {
      const page = await json(await asBob(`/logs?cursor=${String(cursor)}`));
      expect(rowsOf(page).every(({ key }) => key === bob.id)).toBe(true);
    }
    const first = await json(await asBob('/logs?limit=1'));
    const second = await json(await asBob(`/logs?limit=1&cursor=${String(first.next_cursor)}`));
    expect(second.next_cursor).toBeNull();
    expect([...rowsOf(first), ...rowsOf(second)]).toHaveLength(2);
  });

  it('by id: the row of another is a 404 like that of nobody, also for a vote', async () => {
    const [hers] = rowsOf(await json(await service.get('/logs', as(alice.key))));
    const [his] = rowsOf(await json(await asBob('/logs')));
    const put = (id: unknown): Promise<Response> =>
      service.post(`/logs/${String(id)}/score`, { score: -1 }, { method: 'PUT', ...as(bob.key) });
    const told = async (reply: Response): Promise<Json> => {
      const { request_id: _, ...body } = await json(reply);
      return body;
    };
    expect(await told(await asBob(`/logs/${String(hers!.id)}`))).toEqual(
      await told(await asBob('/logs/nobody')),
    );
    expect((await put(hers!.id)).status).toBe(404);
    expect((await json(await service.get(`/logs/${String(hers!.id)}`, as(ADMIN)))).score).toBeNull();
    expect((await asBob(`/logs/${String(his!.id)}`)).status).toBe(200);
    expect((await put(his!.id)).status).toBe(204);
  });

  it.each(['', '?bucket=hour', '?by=requested_model', '?by=requested_model&bucket=day'])(
    'in figures%s',
    async (query) => {
      const stats = await json(await asBob(`/logs/stats${query}`));
      expect(stats).toMatchObject({ total: { count: 2 }, models: [{ model: 'llama', count: 2 }] });
      const { counts } = stats.latency_histogram as { counts: number[] };
      expect(counts.reduce((sum, count) => sum + count)).toBe(2);
      for (const bucket of (stats.buckets ?? []) as Json[])
        expect(bucket).toMatchObject({ models: [{ model: 'llama' }] });
      expect(stats.unreadable_rows).toBe(0);
    },
  );

  it.each(name === 'CSV' ? ['csv', 'raw', 'jsonl', 'parquet'] : ['csv', 'jsonl', 'parquet'])(
    'in the export as %s',
    async (format) => {
      const bytes = async (key: unknown): Promise<string> =>
        Buffer.from(
          await (await service.get(`/logs/export?format=${format}`, as(key))).arrayBuffer(),
        ).toString('latin1');
      const exported = await bytes(bob.key);
      expect(exported).toContain('of bob 1');
      expect(exported).not.toContain(CANARY);
      expect(exported).not.toContain(String(alice.id));
      expect(await bytes(ADMIN)).toContain(CANARY);
    },
  );

  it('in the live log', async () => {
    const stream = await asBob('/logs/live');
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? '';
    await chat(alice, `${CANARY} live`);
    await chat(bob, 'of bob live');
    while (!text.includes('of bob live')) text += (await reader.read()).value ?? '';
    await reader.cancel();
    expect(parseSse(text).map(({ data }) => (JSON.parse(data) as Json).key)).toEqual([bob.id]);
    expect(text).not.toContain(CANARY);
  });

  it('while readers and admins see all', async () => {
    const rita = await json(await service.post('/keys', { name: 'rita', role: 'reader' }, as(ADMIN)));
    for (const key of [ADMIN, rita.key]) {
      const keys = rowsOf(await json(await service.get('/logs', as(key)))).map((row) => row.key);
      expect(new Set(keys)).toEqual(new Set([alice.id, bob.id]));
    }
  });
});
