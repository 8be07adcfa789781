import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { ChatClient } from '../support/chat-client.js';
import { exchange, type PlainReply } from '../support/plain-http.js';
import { CHAT, post, RawClient, sized } from '../support/raw-client.js';
import { until } from '../support/until.js';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('At the door', () => {
  let client: ChatClient;
  let url: string;

  beforeAll(async () => {
    client = await ChatClient.start({
      env: {
        BODY_MAX_BYTES: '65536',
        ALLOWED_HOSTS: 'chat.example.com',
        ALLOWED_ORIGINS: 'https://app.example.com',
      },
    });
    ({ url } = client.service);
  });
  afterEach(async () => {
    client.replies.length = 0;
    expect(client.service.emulator.stats().total.open).toBe(0);
    expect((await client.service.get('/health')).status).toBe(200);
  });
  afterAll(() => client.service.stop());

  const chat = (headers: Record<string, string>, body: unknown = CHAT): Promise<PlainReply> =>
    exchange(`${url}/chat`, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body });
  const raw = (bytes: string | Buffer): Promise<RawClient> => new RawClient(url).send(bytes).ended();
  const codeOf = ({ text }: PlainReply | RawClient): unknown =>
    (JSON.parse(text.slice(text.indexOf('{'))) as { code: unknown }).code;
  const asked = (): number => client.service.emulator.stats().total.requests;

  describe('A11 callers', () => {
    it.each([
      'evil.com',
      'evil.com:8000',
      'localhost.evil.com',
      '127.0.0.1.evil.com',
      '10.0.0.1',
      '[::2]:80',
      '',
    ])('Host %p gets 421 and costs nothing', async (host) => {
      const before = asked();
      const reply = await raw(sized(CHAT).replace('Host: localhost', `Host: ${host}`));
      expect(reply.statuses).toEqual([421]);
      expect(codeOf(reply)).toBe('host_not_allowed');
      expect(asked()).toBe(before);
    });

    it.each(['localhost', 'LOCALHOST:1234', '127.0.0.1:8000', '127.1.2.3', '[::1]:8000', 'chat.example.com'])(
      'Host %s is us',
      async (host) => {
        expect((await exchange(`${url}/health`, { headers: { host } })).status).toBe(200);
      },
    );

    it.each(['https://evil.com', 'null', 'http://localhost:3000', 'http://127.0.0.1', ''])(
      'Origin %p gets 403, no CORS header, and costs nothing',
      async (origin) => {
        const before = asked();
        const reply = await chat({ origin });
        expect([reply.status, codeOf(reply)]).toEqual([403, 'origin_not_allowed']);
        expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(asked()).toBe(before);
      },
    );

    it('our own pages and those of allowed origins may call; anybody may read what is public', async () => {
      expect((await chat({ origin: new URL(url).origin })).status).toBe(200);
      expect((await chat({ origin: 'https://app.example.com' })).status).toBe(200);
      const read = await exchange(`${url}/models`, { headers: { origin: 'https://evil.com' } });
      expect([read.status, read.headers['access-control-allow-origin']]).toEqual([200, undefined]);
    });

    it('a preflight is not granted', async () => {
      const headers = { origin: 'https://evil.com', 'access-control-request-method': 'POST' };
      const reply = await exchange(`${url}/chat`, { method: 'OPTIONS', headers });
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    });
  });

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/jsonp',
    '',
  ])('C9 A11 %p is 415', async (type) => {
    const reply = await raw(sized(CHAT, `Content-Type: ${type}`));
    expect([reply.statuses, codeOf(reply)]).toEqual([[415], 'unsupported_media_type']);
  });

  it.each([
    ['br', brotliCompressSync(CHAT)],
    ['gzip', gzipSync(CHAT)],
    ['deflate', deflateSync(CHAT)],
    ['zstd', Buffer.from('x')],
    ['gzip, br', Buffer.from('x')],
    ['br', Buffer.from('\xff\xff\xff', 'latin1')],
  ])('A12 Content-Encoding %s is 415 before anything is decoded', async (encoding, body) => {
    const head = post('', `Content-Length: ${body.length}`, `Content-Encoding: ${encoding}`);
    expect((await raw(Buffer.concat([Buffer.from(head), body]))).statuses).toEqual([415]);
  });

  describe('A14 C7 bodies too large', () => {
    it('declared: 413 at once, and the connection ends', async () => {
      const begun = performance.now();
      const reply = await raw(post('12345', 'Content-Length: 10000000000'));
      expect([reply.statuses, codeOf(reply)]).toEqual([[413], 'body_too_large']);
      expect(reply.text).toMatch(/connection: close/i);
      expect(reply.ending).toBe('fin');
      expect(performance.now() - begun).toBeLessThan(1_000);
    });

    it('declared with Expect: 413 and no 100', async () => {
      const reply = await raw(post('', 'Content-Length: 10000000000', 'Expect: 100-continue'));
      expect(reply.statuses).toEqual([413]);
    });

    it('Expect is answered with 100 where the body is wanted', async () => {
      const reply = new RawClient(url).send(
        sized('', 'Expect: 100-continue').replace('Content-Length: 0', `Content-Length: ${CHAT.length}`),
      );
      await until('100 Continue', () => reply.text.includes('100 Continue'));
      reply.send(CHAT);
      await until('the reply', () => reply.statuses.length === 2);
      expect(reply.statuses).toEqual([100, 200]);
      reply.socket.destroy();
    });

    it('chunked: the answer arrives although the client goes on sending', async () => {
      const reply = new RawClient(url).send(post('', 'Transfer-Encoding: chunked'));
      const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
      const timer = setInterval(() => reply.send(piece), 2);
      await reply.ended();
      clearInterval(timer);
      expect([reply.statuses, codeOf(reply)]).toEqual([[413], 'body_too_large']);
    });

    it('what follows on a refused connection is not served', async () => {
      const before = asked();
      const body = 'x'.repeat(70_000);
      const reply = await raw(sized(body) + sized(CHAT));
      expect(reply.statuses).toEqual([413]);
      expect(asked()).toBe(before);
    });
  });

  describe('A14 C19 slow clients', () => {
    beforeAll(() => {
      Object.assign(client.service.server, { headersTimeout: 300, requestTimeout: 600 });
    });
    afterAll(() => {
      Object.assign(client.service.server, { headersTimeout: 10_000, requestTimeout: 30_000 });
    });

    it.each([
      ['headers', 'POST /chat HTTP/1.1\r\nHost: localhost\r\nX-A: b'],
      ['body', post('{"model":', 'Content-Length: 100')],
    ])('slow %s: 408 as a problem, others are served meanwhile', async (_name, bytes) => {
      const slow = raw(bytes);
      expect((await client.ask()).status).toBe(200);
      const reply = await slow;
      expect([reply.statuses, codeOf(reply)]).toEqual([[408], 'request_timeout']);
    });
  });

  describe('A18 what is no HTTP', () => {
    it.each([
      ['Content-Length and Transfer-Encoding', sized(CHAT, 'Transfer-Encoding: chunked')],
      ['two Content-Lengths', sized(CHAT, 'Content-Length: 5')],
      ['an unknown Transfer-Encoding', post(CHAT, 'Transfer-Encoding: xchunked')],
      ['bare LF', sized(CHAT).replaceAll('\r\n', '\n')],
      ['CR in a value', sized(CHAT, 'X-A: a\rb')],
      ['no Host', sized(CHAT).replace('Host: localhost\r\n', '')],
      ['rubbish in a chunk extension', post(`2;\0\x01=\r\n{}\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked')],
    ])('%s: one 400, then the end', async (_name, bytes) => {
      const before = asked();
      const reply = await raw(bytes);
      expect(reply.statuses).toEqual([400]);
      expect(reply.text).toMatch(/connection: close/i);
      expect(asked()).toBe(before);
    });

    it('headers too large: 431 as a problem, nothing repeated', async () => {
      const reply = await raw(sized(CHAT, `X-A: ${'secret'.repeat(4000)}`));
      expect([reply.statuses, codeOf(reply)]).toEqual([[431], 'headers_too_large']);
      expect(reply.text).not.toContain('secret');
    });
  });

  it('C21 pipelined chats are answered in order, each with its row', async () => {
    const named = (prompt: string): string => sized(JSON.stringify({ model: 'llama', prompt }));
    const conversation = new RawClient(url).send(named('first') + named('second') + named('third'));
    await until('three answers', () => conversation.statuses.length === 3);
    conversation.socket.destroy();
    const ids = [...conversation.text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
    const rows = await client.service.rows();
    expect(ids.map((id) => rows.find((row) => row.id === id)?.prompt)).toEqual(['first', 'second', 'third']);
  });

  it('C20 idle connections outlive those of a load balancer', () => {
    expect(client.service.server.keepAliveTimeout).toBeGreaterThan(60_000);
  });

  it.each(['a\tb', 'a"b', 'ä', 'a b', 'x'.repeat(129), ''])(
    'A19 X-Request-Id %p is replaced by ours',
    async (id) => {
      const reply = await raw(
        sized(CHAT, `X-Request-Id: ${Buffer.from(id).toString('latin1')}`, 'Connection: close'),
      );
      expect(reply.text).toMatch(/^x-request-id: [\dA-Z]{26}\r$/im);
      expect(reply.statuses).toEqual([200]);
    },
  );

  it('A19 a valid X-Request-Id is kept, and traceparent reaches the upstream only if valid', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const reply = await chat({ 'x-request-id': 'abc-123', traceparent });
    expect(reply.headers['x-request-id']).toBe('abc-123');
    expect(client.service.emulator.requests().at(-1)?.headers.traceparent).toBe(traceparent);
    await chat({ traceparent: '00-nonsense' });
    expect(client.service.emulator.requests().at(-1)?.headers.traceparent).toBeUndefined();
  });

  it.each([
    '/.env',
    '/chat_logs.csv',
    '/..%2f..%2fetc%2fpasswd',
    '/docs/..%2f..%2fpackage.json',
    '/%00',
    '/docs/%2e%2e/.env',
  ])('A34 %s is not served', async (path) => {
    const reply = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(reply.statuses[0]).toBeGreaterThanOrEqual(400);
    expect(reply.statuses[0]).toBeLessThan(500);
    expect(reply.text).not.toMatch(/root:|"dependencies"|OPENROUTER_API_KEY/);
  });
});
