import { Catalogue } from '../../src/models/openrouter/catalogue.service.js';
import { json, type Json } from '../support/json.js';
import { TestApp, type TestAppOptions } from '../support/test-app.js';
import { until } from '../support/until.js';

const NEMO = 'mistralai/mistral-nemo';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('The catalogue', () => {
  let service: TestApp;

  const start = async (
    env: Record<string, string> = {},
    options: TestAppOptions = {},
  ): Promise<Catalogue> => {
    service = await TestApp.start({ ...options, env: { CATALOGUE_REFRESH_MS: '60000', ...env } });
    const catalogue = service.app.get(Catalogue);
    await catalogue.whenAsked();
    return catalogue;
  };
  const slugs = async (name: string): Promise<Json[]> => {
    const { data } = (await json(await service.get('/models'))) as { data: Json[] };
    return data.find((model) => model.name === name)!.upstream as Json[];
  };
  const readiness = async (): Promise<unknown> => {
    const reply = await service.get('/health/ready');
    expect(reply.status).toBe(200);
    expect(await json(await service.get('/health'))).toEqual({ status: 'ok' });
    return ((await json(reply)).details as Json).models;
  };

  afterEach(() => service.stop());

  it('shows what each slug costs, how much it takes, and until when', async () => {
    await start();
    const [gone, second, third] = await slugs('mistral');
    expect(gone).toMatchObject({ listed: false, price: null, context_length: null, retires_at: null });
    expect(second).toMatchObject({
      listed: true,
      price: { prompt: 0.15, completion: 0.15, request: 0 },
      context_length: 262_144,
      retires_at: null,
    });
    expect(third).toMatchObject({ price: { prompt: 0.029, completion: 0.03 }, retires_at: '2027-03-31' });
  });

  it('B6 shows no price where it is not one, and zero where it is zero', async () => {
    const catalogue = await start();
    for (const [promptPrice, completionPrice, shown] of [
      ['-1', '-1', null],
      ['0.1', null, null],
      ['0', '0', { prompt: 0, completion: 0, request: 0 }],
      ['1e-7', '2.5E-7', { prompt: 0.1, completion: 0.25, request: 0 }],
    ] as const) {
      service.emulator.model(NEMO, { promptPrice, completionPrice });
      await catalogue.refresh();
      expect((await slugs('mistral'))[2]).toMatchObject({ listed: true, price: shown });
    }
  });

  it('says that nothing is known when it is never read', async () => {
    service = await TestApp.start();
    expect((await slugs('llama'))[0]).toMatchObject({ listed: null, price: null, context_length: null });
    expect(service.emulator.stats().total.requests).toBe(0);
    expect(await readiness()).toEqual({ status: 'up' });
  });

  it('degrades readiness while the account is out of credit, as only chats tell, until one is answered', async () => {
    await start();
    const chat = async (): Promise<number> =>
      (await service.post('/chat', { model: 'llama', prompt: 'Hello' })).status;
    service.emulator.script(LLAMA, [{ kind: 'status', status: 402 }]);
    expect(await chat()).toBe(503);
    expect(await readiness()).toEqual({ status: 'degraded', key: 'used_up' });
    expect(await chat()).toBe(200);
    expect(await readiness()).toEqual({ status: 'up' });
  });

  it('degrades readiness, and no more, while the key is refused or its limit is used up', async () => {
    const catalogue = await start();
    expect(await readiness()).toEqual({ status: 'up' });
    service.emulator.key({ refused: true });
    await catalogue.refresh();
    expect(await readiness()).toEqual({ status: 'degraded', key: 'refused' });
    service.emulator.key({ refused: false, limit: 5, limit_remaining: 0 });
    await catalogue.refresh();
    expect(await readiness()).toEqual({ status: 'degraded', key: 'used_up' });
    service.emulator.key({ limit: 5, limit_remaining: 4 });
    await catalogue.refresh();
    expect(await readiness()).toEqual({ status: 'up' });
  });

  it('degrades readiness while no slug of a name is listed; the name may still be asked', async () => {
    const catalogue = await start();
    service.emulator.model(LLAMA, { listed: false });
    await catalogue.refresh();
    expect(await readiness()).toEqual({ status: 'degraded', unlisted: ['llama'] });
    expect((await service.post('/chat', { model: 'llama', prompt: 'Hi' })).status).toBe(200);
  });

  describe('a slug that a fresh list does not have', () => {
    const [GONE, LISTED] = ['mistralai/mistral-7b-instruct', 'mistralai/ministral-8b-2512'];
    const answer = async (): Promise<Json> =>
      json(await service.post('/chat', { model: 'mistral', prompt: 'Hi' }));
    const inUse = async (): Promise<unknown> =>
      ((await json(await service.get('/models'))).data as Json[]).find(({ name }) => name === 'mistral')!
        .upstream_model;

    it('is asked after the others, and is not the one in use', async () => {
      const catalogue = await start({ MISTRAL_UPSTREAM: `${NEMO}, ${LISTED}` });
      service.emulator.model(NEMO, { listed: false });
      await catalogue.refresh();
      expect(await inUse()).toBe(LISTED);
      expect(await answer()).toMatchObject({ upstream_model: LISTED, attempts: 1 });
      service.emulator.model(LISTED, { retired: true });
      expect(await answer()).toMatchObject({ upstream_model: NEMO, attempts: 2 });
    });

    it.each(['openrouter/new', 'openai/gpt-5-mini:nitro', '@preset/mine', '~openai/latest'])(
      'is asked in its place where no list has such: %s',
      async (slug) => {
        await start({ MISTRAL_UPSTREAM: `${slug}, ${LISTED}` });
        expect(await inUse()).toBe(slug);
      },
    );

    it('is asked first while the list could not be read, or is old', async () => {
      const catalogue = await start({}, {});
      const later = performance.now() + 2 * 60_000;
      const clock = jest.spyOn(performance, 'now').mockReturnValue(later);
      expect(await inUse()).toBe(GONE);
      clock.mockRestore();
      expect(await inUse()).toBe(LISTED);
      service.emulator.always('GET /models', { kind: 'status', status: 500 });
      await catalogue.refresh();
      expect(await inUse()).toBe(LISTED);
      await service.stop();
      service = await TestApp.start();
      expect(await inUse()).toBe(GONE);
      expect(await answer()).toMatchObject({ upstream_model: LISTED, attempts: 2 });
    });
  });

  it('does not take a slug for gone that answers 404: only for a while, and its listing stays', async () => {
    await start();
    service.emulator.model(LLAMA, { retired: true });
    expect((await service.post('/chat', { model: 'llama', prompt: 'Hi' })).status).toBe(404);
    expect((await slugs('llama'))[0]).toMatchObject({ state: 'set_aside', listed: true });
    service.emulator.model(LLAMA, { retired: false });
    expect((await service.post('/chat', { model: 'llama', prompt: 'Hi' })).status).toBe(200);
  });

  it('warns of a retirement within 30 days, once a day', async () => {
    const catalogue = await start();
    const inDays = (days: number): string =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const warned = (): number => service.log.with('OpenRouter will retire a model').length;
    expect(warned()).toBe(0);
    service.emulator.model(NEMO, { expirationDate: inDays(40) });
    await catalogue.refresh();
    expect(warned()).toBe(0);
    service.emulator.model(NEMO, { expirationDate: inDays(20) });
    for (let i = 0; i < 3; i++) await catalogue.refresh();
    expect(warned()).toBe(1);
  });

  it('neither delays the start nor stops chats while its upstream is silent', async () => {
    service = await TestApp.start();
    for (const read of ['GET /models', 'GET /key'])
      service.emulator.always(read, { kind: 'stall', at: 'before-headers' });
    service.settings.CATALOGUE_REFRESH_MS = 60_000;
    const catalogue = service.app.get(Catalogue);
    catalogue.onApplicationBootstrap();
    await until('it is being read', () => service.emulator.stats().connections === 2);
    expect((await service.post('/chat', { model: 'llama', prompt: 'Hi' })).status).toBe(200);
    expect(await readiness()).toEqual({ status: 'up' });
    // `stop` in afterEach would wait for it, did the shutdown not give it up.
  });
});
