import { ChatClient, GONE_MISTRAL, LLAMA, MISTRAL, NEMO } from '../support/chat-client.js';
import { until } from '../support/until.js';

const limited = (retryAfter?: number | string) => ({ kind: 'status', status: 429, retryAfter }) as const;
const down = { kind: 'status', status: 503 } as const;

describe('Whom the service asks, how often and when', () => {
  let client: ChatClient;

  beforeAll(async () => {
    client = await ChatClient.start({ env: { RETRY_MAX_ATTEMPTS: '3', FIRST_TOKEN_TIMEOUT_MS: '2000' } });
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => client.settle());
  afterAll(async () => {
    jest.restoreAllMocks();
    await client.service.stop();
  });

  const requests = (slug?: string): number => {
    const { total, slugs } = client.service.emulator.stats();
    return (slug === undefined ? total : slugs[slug])?.requests ?? 0;
  };

  describe('U24 Retry-After', () => {
    it.each([
      ['seconds', 1, 1_000, 1_600],
      ['a date', new Date(0), 500, 2_500],
      ['0', 0, 250, 900],
      ['-1, which is none', -1, 250, 900],
      ['junk', 'abc', 250, 900],
      ['nothing', undefined, 250, 900],
    ])('%s', async (_name, value, least, most) => {
      const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString();
      client.service.emulator.script(LLAMA, [limited(value instanceof Date ? date : value)]);
      const { body } = await client.ask();
      expect(body.attempts).toBe(2);
      expect(Number(body.latency) * 1000).toBeGreaterThanOrEqual(least);
      expect(Number(body.latency) * 1000).toBeLessThan(most);
    });

    it('beyond the deadline is told to the client at once, within bounds', async () => {
      client.service.emulator.script(LLAMA, [limited(99_999_999)]);
      const begun = performance.now();
      const reply = await client.ask();
      expect(performance.now() - begun).toBeLessThan(1_000);
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '86400']);
      expect(requests()).toBe(1);
    });
  });

  it('falls back to the next slug and the next model, and says who answered', async () => {
    for (const slug of [MISTRAL, NEMO]) client.service.emulator.always(slug, { kind: 'status', status: 404 });
    const reply = await client.ask({ model: 'mistral', fallback: ['llama'] });
    expect(reply.body).toMatchObject({ model: 'llama', upstream_model: LLAMA, attempts: 4 });
    expect(requests(GONE_MISTRAL)).toBe(1);
    expect(await client.rowOf(reply)).toMatchObject({ model: 'llama', upstream_model: LLAMA, attempts: '4' });
  });

  it('never falls back to a model that the request did not name', async () => {
    client.service.emulator.always(LLAMA, { kind: 'status', status: 404 });
    expect((await client.ask()).body.code).toBe('model_not_found');
    expect(requests()).toBe(1);
  });

  it('U26 tells the operator of a refused key, and the client nothing of it', async () => {
    client.service.emulator.always(LLAMA, {
      kind: 'status',
      status: 401,
      message: 'bad key sk-or-test-canary',
    });
    const reply = await client.ask({ fallback: true });
    expect(reply.status).toBe(502);
    expect(requests()).toBe(1);
    expect(client.service.log.with('A chat failed').at(-1)).toMatchObject({
      level: 'error',
      fields: { code: 'upstream_auth', requestId: reply.id },
    });
  });

  it('C3 makes no further attempt for a client that left during the wait', async () => {
    client.service.emulator.always(LLAMA, limited(3));
    await client.askAndLeave(() => until('the first attempt failed', () => requests() === 1));
    await client.settle();
    expect(requests()).toBe(0);
  });

  it('the total time ends a chat, wait or no wait', async () => {
    const hasty = { TOTAL_TIMEOUT_MS: 300 };
    const settings = Object.assign(client.service.settings, hasty);
    client.service.emulator.always(LLAMA, { kind: 'stall', at: 'before-headers' });
    const reply = await client.ask();
    settings.TOTAL_TIMEOUT_MS = 8_000;
    expect(reply.body).toMatchObject({ status: 504, code: 'total_timeout' });
    expect(await client.rowOf(reply)).toMatchObject({
      status: 'error',
      error: 'total_timeout',
      attempts: '1',
    });
  });

  it('U40 a slug that keeps failing is left alone while another answers, and comes back', async () => {
    client.service.emulator.always(GONE_MISTRAL, down);
    client.service.emulator.always(MISTRAL, down);
    for (let i = 0; i < 6; i++) await client.ask({ model: 'mistral' });
    const asked = requests(MISTRAL);
    await Promise.all(Array.from({ length: 10 }, () => client.ask({ model: 'mistral' })));
    expect(requests(MISTRAL)).toBe(asked);
    const { body } = await client.get('/models');
    expect(JSON.stringify(body)).toContain('"failing"');
  });

  it('U41 a total outage costs at most 1.2 times the load', async () => {
    client.service.emulator.always(LLAMA, down);
    const replies = await Promise.all(Array.from({ length: 200 }, () => client.ask()));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]));
    expect(requests()).toBeLessThanOrEqual(1.2 * 200 + 3);
  });
});
