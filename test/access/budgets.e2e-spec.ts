import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Catalogue } from '../../src/models/openrouter/catalogue.service.js';
import { json, type Json } from '../support/json.js';
import { LOG_STORES } from '../support/log-stores.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const MISTRAL = 'mistralai/ministral-8b-2512';
const bearer = (key: unknown): RequestInit => ({ headers: { authorization: `Bearer ${String(key)}` } });
/** A cent a token and nothing for the prompt: a call with max_tokens 10 may cost ten cents. */
const CENT = { promptPrice: '0', completionPrice: '0.01' };
const CHAT = { model: 'llama', prompt: 'Say something.', max_tokens: 10 };

interface Budget {
  limit: number;
  spent: number;
  held: number;
}

describe.each(LOG_STORES)('budgets, with a log in $name', ({ start }) => {
  let store: Awaited<ReturnType<typeof start>>;
  let service: TestApp;

  beforeAll(async () => {
    store = await start();
  });
  afterAll(() => store.remove());
  beforeEach(async () => {
    service = await TestApp.start({
      env: { ...store.env, ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '3600000', RETRY_MAX_ATTEMPTS: '2' },
      emulator: { generationMisses: 0 },
    });
  });
  afterEach(() => service.stop());

  /** Prices are read at the start and from time to time: here once more. */
  async function priced(changes: Record<string, object>): Promise<void> {
    for (const [slug, change] of Object.entries(changes)) service.emulator.model(slug, change);
    await service.app.get(Catalogue, { strict: false }).refresh();
  }
  const make = async (terms: Json): Promise<Json> => json(await service.post('/keys', terms, bearer(ADMIN)));
  const chat = (key: unknown, body: Json = {}): Promise<Response> =>
    service.post('/chat', { ...CHAT, ...body }, bearer(key));
  const budgetOf = async (key: unknown): Promise<Budget> =>
    ((await json(await service.get('/keys/me', bearer(key)))).usage as Json).budget as Budget;
  /** With what became known later. */
  const rowsOf = async (key: unknown): Promise<Json[]> => {
    const query = `limit=500&key=${String(key).split('_')[1]!}`;
    return (await json(await service.get(`/logs?${query}`, bearer(ADMIN)))).data as Json[];
  };
  const billsOf = async (key: unknown): Promise<number> =>
    (await rowsOf(key)).filter(({ cost_source }) => cost_source === 'settled').length;
  const spentByRows = async (key: unknown): Promise<number> =>
    (await rowsOf(key)).reduce((sum, { cost }) => sum + Number(cost), 0);

  it('B1 200 parallel calls never spend or hold more than the limit, and are served as far as it goes', async () => {
    await priced({ [LLAMA]: CENT });
    service.emulator.configure({ firstTokenMs: 20 });
    service.emulator.answer(LLAMA, { text: 'ten cents', completionTokens: 10, cost: 0.1 });
    const { key } = await make({ name: 'alice', budget: '2/day' });
    let served = 0;
    let most = 0;
    let isOver = false;
    const watch = async (): Promise<void> => {
      while (!isOver) {
        await sleep(5);
        const { spent, held } = await budgetOf(key);
        most = Math.max(most, spent + held);
      }
    };
    const watching = watch();
    const refusals = new Set<number>();
    for (let round = 0; round < 3; round++) {
      const replies = await Promise.all(Array.from({ length: 200 }, () => chat(key)));
      for (const { status } of replies)
        if (status === 200) served++;
        else refusals.add(status);
    }
    isOver = true;
    await watching;
    expect(most).toBeLessThanOrEqual(2);
    expect(served).toBeGreaterThanOrEqual(18);
    expect(served).toBeLessThanOrEqual(20);
    expect([...refusals]).toEqual([402]);
    const { spent, held } = await budgetOf(key);
    expect(held).toBe(0);
    expect(spent).toBeCloseTo(await spentByRows(key), 9);
    const refused = await chat(key);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(await json(refused)).toMatchObject({ code: 'budget_exceeded', status: 402 });
  });

  it('B1 B3 the same with streams that clients leave: held until the bill tells', async () => {
    await priced({ [LLAMA]: CENT });
    service.emulator.configure({ firstTokenMs: 5, chunkMs: 20 });
    service.emulator.answer(LLAMA, { pieces: Array.from({ length: 10 }, (_, i) => ` ${i}`) });
    const { key } = await make({ name: 'alice', budget: '2/day' });
    const leave = async (): Promise<number> => {
      const abort = new AbortController();
      const reply = await service.post(
        '/chat',
        { ...CHAT, stream: true },
        { ...bearer(key), signal: abort.signal },
      );
      if (reply.status === 200) await reply.body!.getReader().read();
      abort.abort();
      return reply.status;
    };
    service.emulator.always('GET /generation', { kind: 'status', status: 404 });
    const statuses = await Promise.all(Array.from({ length: 100 }, leave));
    expect(statuses.filter((status) => status === 200).length).toBe(20);
    const { spent, held } = await budgetOf(key);
    expect(spent + held).toBeLessThanOrEqual(2);
    service.emulator.always('GET /generation', null);
    await until(
      'all is billed',
      async () => (await budgetOf(key)).spent < 2 && (await billsOf(key)) === 20,
      20_000,
    );
    const after = await budgetOf(key);
    expect(after.held).toBe(0);
    expect(after.spent).toBeCloseTo(await spentByRows(key), 9);
    for (const row of await rowsOf(key)) expect(row).toMatchObject({ status: 'client_closed' });
    expect((await chat(key)).status).toBe(200);
  }, 30_000);

  it('B1 B5 the same with retries, and with a stand-in that is dearer', async () => {
    await priced({ [LLAMA]: CENT, [MISTRAL]: { promptPrice: '0', completionPrice: '0.02' } });
    service.emulator.answer(LLAMA, { text: 'ten cents', completionTokens: 10, cost: 0.1 });
    service.emulator.answer(MISTRAL, { text: 'twenty cents', completionTokens: 10, cost: 0.2 });
    // Of three calls of llama two fail: some chats come through with a retry, others go on to mistral.
    const failing = Array.from({ length: 600 }, (_, n) =>
      n % 3 === 0 ? { kind: 'normal' as const } : { kind: 'status' as const, status: 503 },
    );
    service.emulator.script(LLAMA, failing);
    const { key } = await make({ name: 'alice', budget: '2/day' });
    let most = 0;
    let served = 0;
    // Refused calls are repeated: what a round serves depends on which of its calls fail first.
    for (let round = 0; round < 4 || (round < 20 && (await budgetOf(key)).spent <= 1.6); round++) {
      const replies = Array.from({ length: 50 }, async () => {
        const { status } = await chat(key, { fallback: ['mistral'] });
        const { spent, held } = await budgetOf(key);
        most = Math.max(most, spent + held);
        if (status === 200) served++;
      });
      await Promise.all(replies);
    }
    expect(most).toBeLessThanOrEqual(2 + 1e-9);
    // Ten of the dearest at least; what is refused to a stand-in was paid for by nobody.
    expect(served).toBeGreaterThanOrEqual(10);
    const { spent, held } = await budgetOf(key);
    expect(held).toBe(0);
    expect(spent).toBeGreaterThan(1.6);
    expect(spent).toBeCloseTo(await spentByRows(key), 9);
    const models = new Set(
      (await rowsOf(key)).map(({ model, status }) => `${String(model)} ${String(status)}`),
    );
    expect(models).toEqual(new Set(['llama ok', 'mistral ok', expect.stringMatching(/error$/)]));
  });

  it('B5 tops the hold up before a dearer slug is asked, or does not ask it', async () => {
    await priced({ [LLAMA]: CENT, [MISTRAL]: { promptPrice: '0', completionPrice: '0.05' } });
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    const body = { fallback: ['mistral'] };
    const poor = await make({ name: 'poor', budget: '0.2' });
    expect(await json(await chat(poor.key, body))).toMatchObject({ code: 'budget_exceeded' });
    expect(service.emulator.stats().slugs[MISTRAL]).toBeUndefined();
    expect(await budgetOf(poor.key)).toMatchObject({ spent: 0, held: 0 });
    const rich = await make({ name: 'rich', budget: '1' });
    expect((await chat(rich.key, body)).status).toBe(200);
    const { spent, held } = await budgetOf(rich.key);
    expect(held).toBe(0);
    expect(spent).toBeCloseTo(await spentByRows(rich.key), 9);
  });

  it('B6 passes over slugs without a price, and refuses where there is no other', async () => {
    await priced({ [MISTRAL]: { promptPrice: '-1' }, [LLAMA]: { completionPrice: null, listed: true } });
    const { key } = await make({ name: 'alice', budget: '1/month' });
    const reply = await json(await chat(key, { model: 'mistral' }));
    expect(reply).toMatchObject({ attempts: 1, model: 'mistral' });
    expect(reply.upstream_model).not.toBe(MISTRAL);
    expect(await json(await chat(key))).toMatchObject({ status: 402, code: 'model_not_priced' });
    expect(await rowsOf(key)).toHaveLength(1);
    // Who has no budget may ask it.
    expect((await chat((await make({ name: 'free' })).key)).status).toBe(200);
  });

  it('B6 zero is a price, and a budget of nothing pays for what is free', async () => {
    await priced({ [LLAMA]: { promptPrice: '0', completionPrice: '0' } });
    const { key } = await make({ name: 'alice', budget: '0' });
    expect((await chat(key)).status).toBe(200);
    expect(await budgetOf(key)).toMatchObject({ spent: 0, held: 0, limit: 0 });
  });

  it.each([null, 1e9])('B7 what cannot be a cost (%p) leaves the hold as an estimate', async (cost) => {
    await priced({ [LLAMA]: CENT });
    service.emulator.configure({ generationMisses: 100 });
    service.emulator.answer(LLAMA, { text: 'hm', cost });
    const { key } = await make({ name: 'alice', budget: '1' });
    expect((await chat(key)).status).toBe(200);
    expect(await budgetOf(key)).toMatchObject({ spent: 0.1, held: 0 });
  });

  it('B4 asks for a bill again and again, and chats do not wait for it', async () => {
    await priced({ [LLAMA]: CENT });
    service.emulator.configure({ generationMisses: 1 });
    service.emulator.answer(LLAMA, { text: 'hm', completionTokens: 3, cost: null });
    service.emulator.script('GET /generation', [{ kind: 'status', status: 500 }, { kind: 'garbage' }]);
    const { key } = await make({ name: 'alice', budget: '1' });
    expect((await chat(key)).status).toBe(200);
    expect((await chat(key)).status).toBe(200);
    expect(await budgetOf(key)).toMatchObject({ spent: 0.2 });
    await until('both are billed', async () => (await billsOf(key)) === 2, 30_000);
    const [row] = (await json(await service.get('/logs', bearer(ADMIN)))).data as Json[];
    expect(row).toMatchObject({ cost_source: 'settled' });
    await until(
      'the budget knows',
      async () => Math.abs((await budgetOf(key)).spent - (await spentByRows(key))) < 1e-9,
    );
  }, 40_000);

  it('B3 C16 gives the place back as soon as the client leaves', async () => {
    await priced({ [LLAMA]: CENT });
    service.emulator.always(LLAMA, { kind: 'stall', at: 'before-headers' });
    const { key } = await make({ name: 'alice', concurrency: 1, budget: '1' });
    for (let i = 0; i < 3; i++) {
      const { hostname, port } = new URL(service.url);
      const body = JSON.stringify(CHAT);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /chat HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${String(key)}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      await until('it is asked', () => service.emulator.stats().total.open === 1);
      expect(await json(await chat(key))).toMatchObject({ code: 'rate_limited', status: 429 });
      socket.destroy();
      await until('it has left', () => service.emulator.stats().total.open === 0);
    }
    await until('the rows are there', async () => (await rowsOf(key)).length === 3);
  });

  it('B12 A31 bounds what is asked for, and keeps counts when a limit changes', async () => {
    await priced({ [LLAMA]: { ...CENT, maxCompletionTokens: 20 } });
    service.emulator.answer(LLAMA, { text: 'ten cents', cost: 0.1 });
    const { key, id } = await make({ name: 'alice', budget: '1' });
    const sent = () => service.emulator.requests().at(-1)?.body as Json;
    expect((await chat(key, { max_tokens: 1e9 })).status).toBe(200);
    expect(sent().max_tokens).toBe(20);
    expect((await chat(key, { max_tokens: undefined })).status).toBe(200);
    expect(sent().max_tokens).toBe(20);
    await service.post(
      `/keys/${String(id)}`,
      { budget: '0.3', rpm: 9 },
      { method: 'PATCH', ...bearer(ADMIN) },
    );
    expect(await budgetOf(key)).toMatchObject({ limit: 0.3, spent: 0.2, held: 0 });
    expect((await chat(key)).status).toBe(200);
    expect((await chat(key)).status).toBe(402);
    expect(
      (
        await service.post(
          '/v1/chat/completions',
          { model: 'llama', n: 1000, messages: [{ role: 'user', content: 'x' }] },
          bearer(key),
        )
      ).status,
    ).toBe(400);
  });

  it('B9 lets a stream end whose key is revoked meanwhile', async () => {
    service.emulator.configure({ chunkMs: 10 });
    const { key, id } = await make({ name: 'alice' });
    const reply = await chat(key, { stream: true });
    await service.post(`/keys/${String(id)}`, {}, { method: 'DELETE', ...bearer(ADMIN) });
    expect(await reply.text()).toContain('event: done');
    expect((await chat(key)).status).toBe(401);
  });

  describe('what may cost more than the tokens', () => {
    const completion = (key: unknown, fields: Json) =>
      service.post(
        '/v1/chat/completions',
        { model: 'llama', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10, ...fields },
        bearer(key),
      );

    it.each([
      ['plugins', [{ id: 'web' }]],
      ['web_search_options', {}],
      ['service_tier', 'priority'],
      ['modalities', ['image', 'text']],
      ['prediction', { type: 'content', content: 'x' }],
      ['tools', [{ type: 'openrouter:web_search' }]],
    ])('B6 is refused by its name to a key with a budget, and to no other: %s', async (field, value) => {
      await priced({ [LLAMA]: CENT });
      const { key } = await make({ name: 'alice', budget: '1/day' });
      const refused = await completion(key, { [field]: value });
      expect(refused.status).toBe(402);
      expect((await json(refused)).error).toMatchObject({ code: 'model_not_priced', param: field });
      const { key: unlimited } = await make({ name: 'bob' });
      if (field !== 'tools') expect((await completion(unlimited, { [field]: value })).status).toBe(200);
    });

    it('B5 no choice of hosts leads to a dearer one than was set aside', async () => {
      await priced({ [LLAMA]: CENT });
      const { key } = await make({ name: 'alice', budget: '1/day' });
      const provider = { order: ['Dear'], max_price: { prompt: 7, completion: 2, image: 1 } };
      expect((await completion(key, { provider })).status).toBe(200);
      const sent = service.emulator.requests().at(-1)!.body;
      expect(sent).toMatchObject({
        provider: { order: ['Dear'], max_price: { prompt: 0, completion: 2, request: 0, image: 1 } },
      });
    });
  });
});
