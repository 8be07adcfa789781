import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Emulator } from '../../src/emulator/emulator.js';
import type { Step } from '../../src/emulator/faults.js';
import { converse, exchange, type PlainReply } from '../support/plain-http.js';

const llama = 'meta-llama/llama-3.1-8b-instruct';
const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
const pieces = ['one', ' two', ' three', ' four'];
const body = { model: llama, messages: [{ role: 'user', content: 'Count' }] };
const streaming = { ...body, stream: true };

describe('The emulator fails as it is told', () => {
  let emulator: Emulator;
  let url: string;

  beforeAll(async () => {
    emulator = await Emulator.start();
    url = `${emulator.url}/chat/completions`;
  });
  beforeEach(() => {
    emulator.answer(llama, { pieces });
  });
  afterEach(() => {
    emulator.reset();
  });
  afterAll(async () => {
    await emulator.close();
  });

  const next = (step: Step) => {
    emulator.script(llama, [step]);
  };
  const ask = (request: object): Promise<PlainReply> => exchange(url, { headers, body: request });
  const stream = async (step: Step) => {
    next(step);
    return (await ask(streaming)).text;
  };
  const whole = async (step: Step) => {
    next(step);
    return JSON.parse((await ask(body)).text) as Record<string, unknown>;
  };

  it('works through a script and is well again', async () => {
    emulator.script(llama, [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 503 },
    ]);
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await ask(body)).status);
    expect(statuses).toEqual([500, 503, 200]);
  });

  it('keeps to a standing order until it is lifted', async () => {
    emulator.always(llama, { kind: 'status', status: 529 });
    expect([(await ask(body)).status, (await ask(streaming)).status]).toEqual([529, 529]);
    emulator.always(llama, null);
    expect((await ask(body)).status).toBe(200);
  });

  it('fails a read under its own name, and under no other', async () => {
    const get = (path: string) => exchange(`${emulator.url}${path}`, { headers });
    emulator.always('*', { kind: 'status', status: 500 });
    expect((await get('/models')).status).toBe(200);
    emulator.script('GET /models', [
      { kind: 'status', status: 503 },
      { kind: 'cut', at: 'before-headers' },
      { kind: 'split', every: 100 },
    ]);
    expect((await get('/models')).status).toBe(503);
    await expect(get('/models')).rejects.toThrow();
    expect(JSON.parse((await get('/models')).text)).toHaveProperty('data');
    emulator.script('GET /key', [{ kind: 'normal' }]);
    expect(Object.keys(JSON.parse((await get('/key')).text) as object)).toEqual(['data']);
    expect(emulator.stats().total.requests).toBe(0);
  });

  describe('with a reply of another kind', () => {
    it.each([400, 401, 402, 403, 404, 408, 412, 413, 422, 429, 500, 502, 503, 504, 524, 529])(
      'status %d with the documented body',
      async (status) => {
        next({ kind: 'status', status });
        const reply = await ask(streaming);
        expect(reply.status).toBe(status);
        expect(reply.headers['content-type']).toBe('application/json');
        const { error } = JSON.parse(reply.text);
        expect(error).toMatchObject({ code: status, metadata: { error_type: expect.any(String) } });
        expect(error.message).not.toBe('Unexpected error');
        expect('x-ratelimit-limit' in reply.headers).toBe(status === 429);
      },
    );

    it('any body, headers and Retry-After', async () => {
      next({ kind: 'status', status: 418, body: 'short', headers: { 'X-A': 'b' }, retryAfter: 'abc' });
      const reply = await ask(body);
      expect(reply).toMatchObject({
        status: 418,
        text: 'short',
        headers: { 'x-a': 'b', 'retry-after': 'abc' },
      });
    });

    it("a provider's 429 has its code and no X-RateLimit", async () => {
      next({ kind: 'status', status: 429, origin: 'provider', retryAfter: 2 });
      const reply = await ask(body);
      expect(reply.headers).toMatchObject({ 'retry-after': '2' });
      expect(reply.headers).not.toHaveProperty('x-ratelimit-limit');
      expect(JSON.parse(reply.text).error.metadata).toHaveProperty('provider_code');
    });

    it.each([
      ['no_endpoints', 404, false],
      ['model_deprecated', 404, false],
      ['capacity_exhausted', 429, true],
      ['temporarily_unavailable', 503, true],
    ] as const)('the slug is unavailable: %s', async (code, status, retryable) => {
      next({ kind: 'unavailable', code });
      const reply = await ask(body);
      expect(reply.status).toBe(status);
      expect(JSON.parse(reply.text).error).toMatchObject({ code: status, availability: { code, retryable } });
    });

    it('an unavailable slug whose error has http_status and no code', async () => {
      const { error } = await whole({ kind: 'unavailable', code: 'no_endpoints', codeless: true });
      expect(error).toMatchObject({ http_status: 404, error_type: expect.any(String) });
      expect(error).not.toHaveProperty('code');
    });

    it('HTML, garbage, a redirect', async () => {
      emulator.script(llama, [{ kind: 'html' }, { kind: 'html', status: 200 }, { kind: 'garbage' }]);
      const page = { headers: { 'content-type': expect.stringContaining('text/html') } };
      expect(await ask(body)).toMatchObject({ status: 502, ...page });
      expect(await ask(body)).toMatchObject({ status: 200, ...page });
      const { status, text } = await ask(body);
      expect(status).toBe(200);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
      next({ kind: 'redirect', location: 'http://127.0.0.1:1/x' });
      expect(await ask(body)).toMatchObject({ status: 307, headers: { location: 'http://127.0.0.1:1/x' } });
    });

    it.each([429, 'server_error'])('200 with an error of code %p', async (code) => {
      next({ kind: 'error-200', code });
      const reply = await ask(body);
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.text)).toMatchObject({ error: { code } });
    });
  });

  describe('with another answer', () => {
    it('no choices', async () => {
      const text = await stream({ kind: 'empty-choices' });
      expect(text).not.toContain('"delta"');
      expect(text).toContain('"choices":[]');
      expect(await whole({ kind: 'empty-choices' })).toMatchObject({ choices: [] });
    });

    it('null content, with a finish reason or without', async () => {
      const text = await stream({ kind: 'null-content', finishReason: 'content_filter' });
      expect(text).toContain('"delta":{"role":"assistant","content":null}');
      expect(text).toContain('"finish_reason":"content_filter"');
      expect(text).not.toContain('one');
      expect(await whole({ kind: 'null-content', finishReason: null })).toMatchObject({
        choices: [{ finish_reason: null, message: { content: null } }],
      });
    });

    it.each([502, 'server_error'])('an error as first event, code %p', async (code) => {
      const [event, ...rest] = events(await stream({ kind: 'error-chunk', after: 0, code }));
      expect(JSON.parse(event!)).toMatchObject({ error: { code }, choices: [{ finish_reason: 'error' }] });
      expect(rest).toEqual([]);
    });

    it('an error in the middle', async () => {
      const sent = events(await stream({ kind: 'error-chunk', after: 2 }));
      expect(contents(sent)).toEqual(['', 'one', ' two', '']);
      expect(JSON.parse(sent.at(-1)!).error).toMatchObject({ code: 502, message: 'Provider returned error' });
      expect(await whole({ kind: 'error-chunk', after: 2 })).toMatchObject({
        choices: [{ finish_reason: 'error', error: { code: 502 } }],
      });
    });

    it('a line that is no JSON, and on', async () => {
      const sent = events(await stream({ kind: 'malformed-chunk', after: 1 }));
      expect(() => JSON.parse(sent[2]!) as unknown).toThrow(SyntaxError);
      expect(contents([...sent.slice(0, 2), ...sent.slice(3, -1)])).toEqual(['', ...pieces, '', undefined]);
      next({ kind: 'malformed-chunk', after: 0 });
      const { text } = await ask(body);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    });

    it('without usage, [DONE] or finish reason', async () => {
      expect(await stream({ kind: 'omit', parts: ['usage'] })).not.toContain('"usage"');
      expect(await stream({ kind: 'omit', parts: ['done'] })).not.toContain('[DONE]');
      expect(await stream({ kind: 'omit', parts: ['finish'] })).not.toContain('"stop"');
      const bare = await whole({ kind: 'omit', parts: ['usage', 'finish'] });
      expect(bare).not.toHaveProperty('usage');
      expect(bare).toMatchObject({ choices: [{ finish_reason: null }] });
    });

    it('[DONE] twice and something after it', async () => {
      const sent = events(await stream({ kind: 'repeat-done' }));
      expect(sent.slice(-3)).toEqual(['[DONE]', expect.stringContaining('said after the end'), '[DONE]']);
    });

    it.each([
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const)('in %s', async (encoding, unpack) => {
      next({ kind: 'encoding', encoding });
      const reply = await ask(streaming);
      expect(reply.headers['content-encoding']).toBe(encoding);
      expect(unpack(reply.body).toString()).toContain('data: [DONE]');
    });

    it.each(['truncated', 'corrupt', 'mislabelled'] as const)('in gzip that is %s', async (damage) => {
      next({ kind: 'encoding', encoding: 'gzip', damage });
      const reply = await ask(streaming);
      expect(() => gunzipSync(reply.body)).toThrow();
    });

    it('in pieces of one byte', async () => {
      next({ kind: 'split', every: 1, answer: { pieces: ['ü👋'] } });
      const reply = await ask(streaming);
      expect(reply.pieces.length).toBeGreaterThan(reply.body.length / 2);
      expect(contents(events(reply.text).slice(0, -1))).toContain('ü👋');
    });

    it("the test's own bytes, one at a time", async () => {
      const text = 'data:{"a":1}\r\n\r\n: 👋\r\rdata: [DONE]\n\n';
      next({ kind: 'raw', text, splitEvery: 1, headers: { 'Content-Type': 'text/plain' } });
      const reply = await ask(streaming);
      expect(reply).toMatchObject({ status: 200, text, headers: { 'content-type': 'text/plain' } });
      expect(reply.pieces.length).toBeGreaterThan(text.length / 2);
    });

    it("a whole response of the test's own on the socket", async () => {
      const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n';
      next({ kind: 'raw', base64: Buffer.from(reply).toString('base64'), onSocket: true });
      expect(await converse(url, body)).toEqual({ text: reply, ending: 'fin' });
    });
  });
});

function events(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => line.slice('data: '.length));
}

interface Chunk {
  choices: { delta: { content?: string | null } }[];
}

function contents(sent: string[]): unknown[] {
  return sent.map((event) => (JSON.parse(event) as Chunk).choices[0]?.delta.content);
}
