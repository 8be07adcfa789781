import { Catalogue } from '../../../src/models/openrouter/catalogue.service.js';
import { json, type Json } from '../../support/json.js';
import { TestApp } from '../../support/test-app.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const bearer = (key: unknown): RequestInit => ({ headers: { authorization: `Bearer ${String(key)}` } });

describe('/v1/responses with keys', () => {
  let service: TestApp;
  const make = async (terms: Json): Promise<Json> => json(await service.post('/keys', terms, bearer(ADMIN)));
  const ask = (key?: unknown, fields: Json = {}): Promise<Response> =>
    service.post('/v1/responses', { model: 'llama', input: 'Hi', ...fields }, key ? bearer(key) : {});

  beforeAll(async () => {
    service = await TestApp.start({ env: { ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '3600000' } });
  });

  afterAll(() => service.stop());

  async function expectRefused(reply: Response, status: number, code: string): Promise<void> {
    expect({ status: reply.status, ...(await json(reply)) }).toMatchObject({ status, error: { code } });
  }

  it('wants one, of the role chat and for the model', async () => {
    await expectRefused(await ask(), 401, 'invalid_api_key');
    await expectRefused(await ask((await make({ name: 'r', role: 'reader' })).key), 403, 'forbidden');
    const { key } = await make({ name: 'm', models: ['mistral'] });
    await expectRefused(await ask(key), 403, 'model_not_allowed');
    expect((await ask(key, { model: 'mistral' })).status).toBe(200);
  });

  it('finds what was said in rows of the same key, as far as they are there', async () => {
    const [alice, bob] = [await make({ name: 'alice' }), await make({ name: 'bob' })];
    service.emulator.answer('*', { pieces: ['{"tool_calls"', ': 1}'] });
    const { output } = (await json(await ask(alice.key))) as { output: { id: string }[] };
    const refer = (key: unknown, id: unknown) =>
      ask(key, {
        input: [
          { type: 'item_reference', id },
          { role: 'user', content: 'Go on.' },
        ],
      });
    const [item] = output;
    expect((await refer(alice.key, item!.id)).status).toBe(200);
    expect((await refer(ADMIN, item!.id)).status).toBe(200);
    expect(service.emulator.requests().at(-1)!.body).toMatchObject({
      messages: [{ role: 'assistant', content: '{"tool_calls": 1}' }, { content: 'Go on.' }],
    });
    const unknown = item!.id.replace(/[0-9A-Z]{26}/, '0'.repeat(26));
    for (const [key, id] of [
      [bob.key, item!.id],
      [alice.key, unknown],
      [alice.key, 'fc_1'],
      [alice.key, {}],
    ])
      expect(await json(await refer(key, id))).toMatchObject({
        error: { code: 'invalid_request', param: 'input[0].id' },
      });
  });

  it('counts against the limits and the budget of the key, and its rows carry it', async () => {
    const { key: limited } = await make({ name: 'l', rpm: 1 });
    const first = await ask(limited, { stream: true });
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    await first.text();
    await expectRefused(await ask(limited, { stream: true }), 429, 'rate_limited');
    const { key, id } = await make({ name: 'b', budget: '0.3' });
    service.emulator.model('meta-llama/llama-3.1-8b-instruct', { promptPrice: '0', completionPrice: '0.01' });
    service.emulator.answer('*', { pieces: ['x'], cost: 0.1 });
    await service.app.get(Catalogue, { strict: false }).refresh();
    const reply = await ask(key, { max_output_tokens: 10 });
    expect({ status: reply.status, text: await reply.text() }).toMatchObject({ status: 200 });
    await expectRefused(await ask(key, { max_output_tokens: 100 }), 402, 'budget_exceeded');
    expect((await service.rows()).filter((row) => row.key === id)).toHaveLength(1);
  });
});
