import { createServer, type AddressInfo } from 'node:net';
import { retryAfterMs } from '../../src/models/resilience/retry-after.js';
import { ChatClient, LLAMA, type Reply } from '../support/chat-client.js';
import { until } from '../support/until.js';

const chat = (fields: string): string => `{"model":"llama","prompt":"x",${fields}}`;

describe('Bodies that mean harm', () => {
  let client: ChatClient;
  let canary: { connections: number; port: number; close: () => Promise<unknown> };

  beforeAll(async () => {
    client = await ChatClient.start();
    const server = createServer((socket) => {
      canary.connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    canary = { connections: 0, port, close: () => new Promise((resolve) => server.close(resolve)) };
  });
  afterEach(async () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    await client.settle().catch((error: unknown) => {
      // Before the first accepted chat there is no row, and no last line to be sound.
      if (client.replies.some(({ accepted }) => accepted)) throw error;
    });
  });
  afterAll(async () => {
    await canary.close();
    await client.service.stop();
  });

  const refused = async (body: string | object, status: number, code: string): Promise<Reply> => {
    const before = client.service.emulator.stats().total.requests;
    const reply = await client.ask(body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(client.service.emulator.stats().total.requests).toBe(before);
    return reply;
  };

  it.each(['api_base', 'base_url', 'host', 'headers', 'extra_body', 'provider', 'models', 'route'])(
    'A1 %s cannot turn the service elsewhere',
    async (field) => {
      const target = `http://127.0.0.1:${canary.port}`;
      const reply = await refused(
        { [field]: field === 'headers' ? { host: target } : target },
        400,
        'unknown_parameter',
      );
      expect(reply.body.errors).toEqual([expect.objectContaining({ path: field })]);
      expect(canary.connections).toBe(0);
    },
  );

  it('A1 neither can a header', async () => {
    const headers = {
      'x-openrouter-custom-host': `127.0.0.1:${canary.port}`,
      'x-forwarded-host': 'evil.com',
    };
    expect((await client.ask({}, { headers })).status).toBe(200);
    expect(canary.connections).toBe(0);
  });

  it.each([
    '../../x',
    'a#@evil/',
    'http://127.0.0.1/',
    'llama\n',
    '__proto__',
    'constructor',
    LLAMA,
    'x'.repeat(10_000),
  ])('A2 %.40p is no model', async (model) => {
    const { text } = await refused({ model }, 400, 'unknown_model');
    expect(text).not.toContain('xxxxx');
  });

  it.each([
    ['10,000 levels', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'too_complex'],
    [
      '40,000 levels in the prompt',
      `{"model":"llama","prompt":${'['.repeat(40_000)}${']'.repeat(40_000)}}`,
      'too_complex',
    ],
    ['1,000,000 levels, never closed', '['.repeat(1_000_000), 'too_complex'],
    ['100,000 keys', `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join()}}`, 'too_complex'],
    ['a number of a million digits', chat(`"seed":${'9'.repeat(1_000_000)}`), 'too_complex'],
    ['1e400', chat('"seed":1e400'), 'invalid_request'],
  ])('A15 %s: 400, and the event loop is not held', async (_name, body, code) => {
    const begun = performance.now();
    await refused(body, 400, code);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('A15 of keys that come twice the last counts', async () => {
    expect((await client.rowOf(await client.ask(chat('"prompt":"second"')))).prompt).toBe('second');
  });

  it.each([
    '"__proto__":{"polluted":1}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"toString":1',
    '"hasOwnProperty":1',
  ])('A16 C11 %s is refused', async (fields) => {
    await refused(chat(fields), 400, 'unknown_parameter');
  });

  it.each([
    [{ prompt: 1 }, 'prompt'],
    [{ prompt: ['a'] }, 'prompt'],
    [{ prompt: { length: 1 } }, 'prompt'],
    [{ prompt: null, messages: null }, 'prompt'],
    [{ model: 1 }, 'model'],
    [{ stream: 'true' }, 'stream'],
    [{ temperature: '1' }, 'temperature'],
    [{ prompt: undefined, messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
  ])('A17 C11 %j: 400 with the path', async (fields, path) => {
    const reply = await client.ask(fields);
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body.errors)).toContain(`"${path}"`);
  });

  it.each([
    [{ n: 1000 }, 400],
    [{ tools: [] }, 400],
  ])('A31 %j is not paid for', async (fields, status) => {
    const before = client.service.emulator.stats().total.requests;
    expect((await client.ask(fields)).status).toBe(status);
    expect(client.service.emulator.stats().total.requests).toBe(before);
  });

  it.each([
    ['no JSON', '{"prompt":secret'],
    ['nothing', ''],
    ['a BOM', '\uFEFF{}'],
    ['two values', '{} {}'],
  ])('C8 %s: 400 that repeats nothing', async (_name, body) => {
    expect((await refused(body, 400, 'invalid_json')).text).not.toContain('secret');
  });

  it.each(['null', '[]', '"x"', '1', 'true'])('C8 %s is JSON but no request', async (body) => {
    expect((await client.ask(body)).status).toBe(400);
  });

  it('C8 invalid UTF-8 is refused, not replaced', async () => {
    const body = Buffer.from('{"model":"llama","prompt":"\xff"}', 'latin1');
    const reply = await client.ask('', { body });
    expect([reply.status, reply.body.code]).toEqual([400, 'invalid_json']);
  });

  it('C12 NUL is refused wherever it is, with its path', async () => {
    const reply = await refused(
      { prompt: undefined, messages: [{ role: 'user', content: 'a\0' }] },
      400,
      'invalid_request',
    );
    expect(reply.body.errors).toEqual([expect.objectContaining({ path: 'messages[0].content' })]);
    await refused(chat('"\\u0000":1'), 400, 'invalid_request');
  });

  it('C13 half a surrogate pair becomes U+FFFD for upstream, log and reply alike', async () => {
    const reply = await client.ask(chat('"prompt":"a\\ud83d b\\udc4b c\\ud83d\\udc4b"'));
    const expected = 'a\uFFFD b\uFFFD c👋';
    expect((await client.rowOf(reply)).prompt).toBe(expected);
    const [request] = client.service.emulator.requests().slice(-1);
    expect(request?.body).toMatchObject({ messages: [{ content: expected }] });
  });

  it('C14 C15 a large and hostile prompt comes back byte for byte', async () => {
    const hostile = '"",\r\n\r;\t\uFEFF\u2028\u202E=cmd|\' /C calc\'!A0\\"\\u0000\\';
    const prompt = hostile.repeat(10_000).slice(0, 300_000);
    const reply = await client.ask({ prompt });
    expect((await client.rowOf(reply)).prompt).toBe(prompt);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1'])('A22 %j is stored as it is', async (prompt) => {
    expect((await client.rowOf(await client.ask({ prompt }))).prompt).toBe(prompt);
  });

  it('C1 C5 a client that leaves stops the upstream', async () => {
    client.service.emulator.always(LLAMA, { kind: 'stall', at: 1 });
    await client.askAndLeave(() =>
      until('it is asked', () => client.service.emulator.stats().total.open === 1),
    );
    await until('the upstream is left', () => client.service.emulator.stats().total.open === 0, 1_000);
    await until(
      'the row is there',
      async () => (await client.service.rows()).at(-1)?.status === 'client_closed',
    );
  });

  it('A27 no pattern of ours is slow on text made for it', async () => {
    const evil = [' ', 'a', '1', '=', ';', 'charset='].map((piece) => piece.repeat(50_000 / piece.length));
    const begun = performance.now();
    for (const text of evil) retryAfterMs({ 'retry-after': `${text}!` }, 0);
    expect(performance.now() - begun).toBeLessThan(20 * evil.length);
    for (const text of evil) {
      const headers = { 'content-type': `application/json;${text.slice(0, 12_000)}!` };
      const asked = performance.now();
      await client.ask({}, { headers });
      expect(performance.now() - asked).toBeLessThan(1_000);
    }
  });
});
