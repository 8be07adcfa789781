import { exchange, type PlainReply } from '../support/plain-http.js';
import { TestApp } from '../support/test-app.js';

const CHAT = JSON.stringify({ model: 'llama', prompt: 'Say something.' });

describe('Who may call', () => {
  let service: TestApp;

  const start = async (env: Record<string, string>): Promise<void> => {
    service = await TestApp.start({ env });
  };
  afterEach(() => service.stop());

  const chat = (headers: Record<string, string>): Promise<PlainReply> =>
    exchange(`${service.url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: CHAT,
    });

  describe('a service that others reach, without ALLOWED_HOSTS', () => {
    beforeEach(() => start({ HOST: '0.0.0.0', ALLOW_INSECURE: '1' }));

    it.each(['evil.com', 'evil.com:8000', '10.0.0.1.evil.com', 'localhost.evil.com', 'evil', '0x7f.1'])(
      'A11 does not answer to the name %p, even if the page is of the same name',
      async (host) => {
        for (const path of ['/logs', '/', '/docs-json']) {
          const reply = await exchange(service.url + path, { headers: { host, origin: `http://${host}` } });
          expect([path, reply.status]).toEqual([path, 421]);
        }
        expect((await chat({ host, origin: `http://${host}` })).status).toBe(421);
        expect(service.emulator.stats().total.requests).toBe(0);
      },
    );

    it('A11 says how to allow a name, and repeats nothing that is none', async () => {
      const named = await exchange(service.url, { headers: { host: 'Chat.example.com:8000' } });
      expect(named.text).toContain('ALLOWED_HOSTS=chat.example.com');
      const strange = await exchange(service.url, { headers: { host: '<b>' } });
      expect(strange.text).not.toContain('<b>');
    });

    it.each(['10.1.2.3', '192.168.1.5:8000', '[fd00::1]:8000', 'localhost:8000', '127.0.0.1'])(
      'A11 answers to %s, also to its own page there',
      async (host) => {
        expect((await chat({ host, origin: `http://${host}` })).status).toBe(200);
      },
    );
  });

  describe('behind a proxy, with ALLOWED_HOSTS', () => {
    beforeEach(() => start({ ALLOWED_HOSTS: 'chat.example.com' }));

    it.each([
      ['the name without the port', 'chat.example.com', 'http://chat.example.com:8080'],
      ['the name with the port', 'chat.example.com:8080', 'http://chat.example.com:8080'],
      ['our own address', '127.0.0.1:8000', 'https://chat.example.com'],
    ])('Execute in /docs works where the proxy passes on %s', async (_name, host, origin) => {
      expect((await chat({ host, origin })).status).toBe(200);
    });

    it.each([
      'http://evil.com',
      'http://chat.example.com.evil.com',
      'http://evil.com#chat.example.com',
      'null',
    ])('A11 not from a page of %s', async (origin) => {
      expect((await chat({ host: 'chat.example.com', origin })).status).toBe(403);
    });
  });

  describe('under a path', () => {
    const servers = async (headers: Record<string, string>): Promise<unknown> =>
      (JSON.parse((await exchange(`${service.url}/docs-json`, { headers })).text) as { servers: unknown })
        .servers;

    it('X-Forwarded-Prefix is where the document says that the service is', async () => {
      await start({});
      expect(await servers({})).toEqual([{ url: '/' }]);
      expect(await servers({ 'x-forwarded-prefix': '/parley/' })).toEqual([{ url: '/parley' }]);
      const script = await exchange(`${service.url}/docs/swagger-ui-init.js`, {
        headers: { 'x-forwarded-prefix': '/parley' },
      });
      expect(script.text).toMatch(/"servers": \[\s+\{\s+"url": "\/parley"/);
      const info = await exchange(service.url, { headers: { 'x-forwarded-prefix': '/parley' } });
      expect(JSON.parse(info.text)).toMatchObject({ links: { chat: '/parley/chat' } });
    });

    it.each(['//evil.com', 'https://evil.com', '/a"b', '/a//b', 'x'])('%p is no prefix', async (prefix) => {
      await start({ BASE_PATH: '/own' });
      expect(await servers({ 'x-forwarded-prefix': prefix })).toEqual([{ url: '/own' }]);
    });
  });
});
