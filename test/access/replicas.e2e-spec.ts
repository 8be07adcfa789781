import { Emulator } from '../../src/emulator/emulator.js';
import { json, type Json } from '../support/json.js';
import { PostgresServer, query } from '../support/postgres-server.js';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const TEN_CENTS = { text: 'ten cents', completionTokens: 10, cost: 0.1 };

interface Budget {
  spent: number;
  held: number;
}

// A replica is taken for dead after ten seconds.
jest.setTimeout(90_000);

describe('two replicas on one database', () => {
  let server: PostgresServer;
  let emulator: Emulator;
  const replicas: ServiceChild[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start(['fsync=off']);
    emulator = await Emulator.start({ generationMisses: 0 });
    emulator.model(LLAMA, { promptPrice: '0', completionPrice: '0.01' });
    for (let i = 0; i < 2; i++) replicas.push(await startReplica());
  });
  afterEach(() => {
    emulator.always(LLAMA, null);
    emulator.answer(LLAMA, TEN_CENTS);
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.dispose();
    await emulator.close();
    await server.remove();
  });

  const startReplica = () =>
    ServiceChild.start({
      env: {
        DATABASE_URL: server.url,
        OPENROUTER_BASE_URL: emulator.url,
        ADMIN_KEY: ADMIN,
        CATALOGUE_REFRESH_MS: '3600000',
      },
    });
  const ask = (at: number, path: string, key: unknown, body?: Json, method = 'POST'): Promise<Response> =>
    fetch(replicas[at % 2]!.url + path, {
      method: body ? method : 'GET',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${String(key)}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  const chat = (at: number, key: unknown): Promise<Response> =>
    ask(at, '/chat', key, { model: 'llama', prompt: 'Say something.', max_tokens: 10 });
  const usage = async (at: number, key: unknown): Promise<Json> =>
    (await json(await ask(at, '/keys/me', key))).usage as Json;
  const budgetOf = async (at: number, key: unknown): Promise<Budget> =>
    (await usage(at, key)).budget as Budget;
  const rowsOf = async (at: number, key: unknown): Promise<Json[]> =>
    (await json(await ask(at, `/logs?limit=500&key=${String(key).split('_')[1]!}`, ADMIN))).data as Json[];
  /** Both know it. */
  async function make(terms: Json): Promise<Json> {
    const made = await json(await ask(0, '/keys', ADMIN, terms));
    await until('both know it', async () => (await ask(1, '/models', made.key)).status === 200, 1_000);
    return made;
  }

  it('B1 200 parallel calls at both never spend or hold more than the limit, and are served as far as it goes', async () => {
    emulator.answer(LLAMA, TEN_CENTS);
    const { key } = await make({ name: 'alice', budget: '2/day' });
    let served = 0;
    let most = 0;
    const refusals = new Set<number>();
    for (let round = 0; round < 2; round++) {
      const replies = Array.from({ length: 200 }, async (_, at) => {
        const { status } = await chat(at, key);
        if (status === 200) served++;
        else refusals.add(status);
        if (at % 20 > 1) return;
        const { spent, held } = await budgetOf(at, key);
        most = Math.max(most, spent + held);
      });
      await Promise.all(replies);
    }
    expect([most <= 2, [...refusals]]).toEqual([true, [402]]);
    expect(served).toBeGreaterThanOrEqual(18);
    expect(served).toBeLessThanOrEqual(20);
    for (const at of [0, 1]) {
      expect(await budgetOf(at, key)).toMatchObject({ spent: served / 10, held: 0 });
      expect(await rowsOf(at, key)).toHaveLength(served);
    }
  });

  it('C16 requests, tokens and parallel chats are limited exactly, over both', async () => {
    const parallel = async (count: number, key: unknown): Promise<number[]> =>
      Promise.all(Array.from({ length: count }, async (_, at) => (await chat(at, key)).status));
    const ok = (statuses: number[]): number => statuses.filter((status) => status === 200).length;
    expect(ok(await parallel(60, (await make({ name: 'rpm', rpm: 10 })).key))).toBe(10);
    const { key: tpm } = await make({ name: 'tpm', tpm: 300 });
    const served = ok(await parallel(60, tpm));
    expect(served).toBeGreaterThan(0);
    expect(await usage(0, tpm)).toEqual({ ...(await usage(1, tpm)), tokens: expect.anything() });
    expect(((await usage(0, tpm)).tokens as { remaining: number }).remaining).toBeGreaterThanOrEqual(0);

    emulator.always(LLAMA, { kind: 'normal', firstTokenMs: 1_000 });
    const { key } = await make({ name: 'parallel', concurrency: 3 });
    expect(ok(await parallel(30, key))).toBe(3);
    // Whoever has its reply may ask again, at either.
    emulator.always(LLAMA, null);
    for (let at = 0; at < 20; at++) expect((await chat(at, key)).status).toBe(200);
  });

  it('a key that is revoked at one is refused at the other within a second, also when its connection was terminated', async () => {
    for (const isCut of [false, true]) {
      const { key, id } = await make({ name: 'alice' });
      if (isCut)
        await query(
          server.url,
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
        );
      const revoked = await ask(0, `/keys/${String(id)}`, ADMIN, {}, 'DELETE');
      // The connection that makes the change may be among those that were cut.
      if (revoked.status === 503) await ask(0, `/keys/${String(id)}`, ADMIN, {}, 'DELETE');
      await until('it is refused', async () => (await ask(1, '/models', key)).status === 401, 1_000);
    }
  });

  it('B2 the calls of a replica that was killed give back their places, and get rows and bills', async () => {
    const { key } = await make({ name: 'alice', budget: '1', concurrency: 4 });
    emulator.answer(LLAMA, { text: 'ten cents', cost: 0.03 });
    expect((await chat(1, key)).status).toBe(200);
    emulator.always(LLAMA, { kind: 'stall', at: 2, answer: { pieces: ['a', 'b', 'c'] } });
    const cut = [1, 1, 1].map((at) => chat(at, key).catch(() => undefined));
    await until('they are under way', async () => Number((await usage(0, key)).parallel) === 3);
    expect((await budgetOf(0, key)).held).toBeCloseTo(0.3, 9);
    await new Promise((done) => setTimeout(done, 200));
    replicas[1]!.signal('SIGKILL');
    await Promise.all(cut);
    emulator.always(LLAMA, null);
    await until('they are swept', async () => Number((await usage(0, key)).parallel) === 0, 30_000);
    await until('they have rows', async () => (await rowsOf(0, key)).length === 4, 10_000);
    const billed = async () =>
      (await rowsOf(0, key)).filter(({ cost_source }) => cost_source === 'settled').length === 3;
    await until('they have bills', billed, 20_000);
    const sum = (await rowsOf(0, key)).reduce((total, { cost }) => total + Number(cost), 0);
    await until('the budget agrees', async () => Math.abs((await budgetOf(0, key)).spent - sum) < 1e-9);
    expect(await budgetOf(0, key)).toMatchObject({ held: 0 });
    const statuses = (await rowsOf(0, key)).map(({ status }) => status).sort();
    expect(statuses).toEqual(['interrupted', 'interrupted', 'interrupted', 'ok']);
    await replicas[1]!.dispose();
    replicas[1] = await startReplica();
  });

  it('L14 the row of a replica that was only taken for dead replaces the one that stood for it', async () => {
    const { key } = await make({ name: 'alice', budget: '1', concurrency: 1 });
    emulator.answer(LLAMA, { text: 'ten cents', completionTokens: 10, cost: 0.07 });
    emulator.always(LLAMA, { kind: 'normal', firstTokenMs: 3_000 });
    const reply = chat(1, key);
    await until('it is under way', async () => Number((await usage(0, key)).parallel) === 1);
    replicas[1]!.signal('SIGSTOP');
    await until('a row stands for it', async () => (await rowsOf(0, key)).length === 1, 40_000);
    expect(await rowsOf(0, key)).toEqual([expect.objectContaining({ status: 'interrupted', cost: null })]);
    expect(await budgetOf(0, key)).toMatchObject({ spent: 0.1, held: 0 });
    replicas[1]!.signal('SIGCONT');
    expect((await reply).status).toBe(200);
    expect(await rowsOf(0, key)).toEqual([expect.objectContaining({ status: 'ok', cost: 0.07 })]);
    expect(await budgetOf(0, key)).toMatchObject({ spent: 0.07, held: 0 });
  });

  it('L13 keys with limits are refused while the database is away, others are not, and nothing is lost', async () => {
    const { key } = await make({ name: 'alice', budget: '1' });
    const { key: rpm } = await make({ name: 'rpm', rpm: 100 });
    const { key: free } = await make({ name: 'free' });
    emulator.always(LLAMA, { kind: 'normal', firstTokenMs: 1_500 });
    const underWay = [chat(0, key), chat(1, rpm)];
    await until('they are under way', () => emulator.stats().total.open === 2);
    await server.stop('immediate');
    const during = await Promise.all([chat(0, key), chat(1, rpm), chat(0, free)]);
    expect(during.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await Promise.all(during.slice(0, 2).map(async (reply) => (await json(reply)).code))).toEqual([
      'spend_unknown',
      'limits_unavailable',
    ]);
    expect(during.slice(0, 2).map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5']);
    expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual([200, 200]);
    await server.start();
    await until(
      'what ended meanwhile is settled',
      async () => {
        const budget = await budgetOf(1, key).catch(() => undefined);
        return budget?.held === 0 && budget.spent > 0;
      },
      20_000,
    );
    expect(await budgetOf(1, key)).toMatchObject({ spent: 0.1, held: 0 });
    await until('the other has settled as well', async () => (await usage(0, rpm)).parallel === 0);
    await until('rows are shipped', async () => (await rowsOf(0, key)).length === 1, 20_000);
    expect((await chat(0, key)).status).toBe(200);
  });

  it('a replica that stops leaves no hold', async () => {
    const known = () => query(server.url, 'SELECT id FROM replicas');
    const before = (await known()).length;
    replicas[1]!.signal('SIGTERM');
    await replicas[1]!.exited();
    expect(await query(server.url, 'SELECT id FROM holds WHERE NOT owed')).toEqual([]);
    expect(await known()).toHaveLength(before - 1);
  });
});
