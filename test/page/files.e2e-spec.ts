import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TestApp } from '../support/test-app.js';

const PAGE = join(__dirname, '../../dist/page');
const MOST_BYTES = 100_000;
const HTML = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe('the files of the page', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start();
  });

  afterAll(() => service.stop());

  it('are under 100 KB in all, compressed', () => {
    const names = readdirSync(PAGE, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('.'),
    );
    expect(names.length).toBeGreaterThan(2);
    const sizes = names.map((name) => gzipSync(readFileSync(join(PAGE, name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it('come with a strict CSP to who asks for HTML, and have no inline script or style (A24)', async () => {
    const page = await service.get('/', HTML);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const html = await page.text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=|https?:/);
  });

  it('have names that change with them, and are kept for a year', async () => {
    const html = await (await service.get('/', HTML)).text();
    const names = [...html.matchAll(/(?:src|href)="\.\/(assets\/[\w.-]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names) {
      const file = await service.get(`/${name}`);
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(file.headers.get('content-encoding')).toBe('gzip');
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it('are no way to other files', async () => {
    for (const path of ['/assets/nothing.js', '/assets/..%2Findex.html', '/assets/%2e%2e%2f%2e%2e%2fmain.js'])
      expect((await service.get(path)).status).toBe(404);
  });

  it('leave what GET / says to programs as it is', async () => {
    const reply = await service.get('/');
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(await reply.json()).toMatchObject({
      name: 'parley',
      links: { chat: '/chat', responses: '/v1/responses', messages: '/v1/messages', keys: '/keys' },
    });
  });
});
