import { Emulator } from '../../src/emulator/emulator.js';
import type { Step } from '../../src/emulator/faults.js';
import { converse, exchange } from '../support/plain-http.js';

const llama = 'meta-llama/llama-3.1-8b-instruct';
const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
const pieces = ['one', ' two', ' three', ' four'];
const body = { model: llama, messages: [{ role: 'user', content: 'Count' }] };
const streaming = { ...body, stream: true };

describe("The emulator's connection fails as it is told", () => {
  let emulator: Emulator;
  let url: string;

  beforeAll(async () => {
    emulator = await Emulator.start();
    url = `${emulator.url}/chat/completions`;
  });
  beforeEach(() => {
    emulator.answer(llama, { pieces });
  });
  afterEach(async () => {
    await noneOpen();
    emulator.reset();
  });
  afterAll(async () => {
    await emulator.close();
  });

  const next = (step: Step) => {
    emulator.script(llama, [step]);
  };
  const contentSent = (text: string) => text.includes('" two"');

  it.each([
    ['cut', 'fin'],
    ['reset', 'rst'],
  ] as const)('%s before the headers, after them and in the middle', async (kind, ending) => {
    next({ kind, at: 'before-headers' });
    expect(await converse(url, streaming)).toEqual({ text: '', ending });
    next({ kind, at: 'after-headers' });
    const early = await converse(url, streaming);
    expect(early).toMatchObject({ ending, text: expect.stringMatching(/^HTTP\/1.1 200 OK[^]*\r\n\r\n$/) });
    next({ kind, at: 2 });
    const late = await converse(url, streaming);
    expect(late.ending).toBe(ending);
    expect(contentSent(late.text)).toBe(true);
    expect(late.text).not.toContain('" three"');
    expect(emulator.stats().total.cancelled).toBe(0);
  });

  it('cut in the middle of a JSON answer, and of a body that only the end delimits', async () => {
    next({ kind: 'cut', at: 1 });
    const json = await converse(url, body);
    expect(json.text).toContain('"chat.completion"');
    expect(json.text).not.toContain('"total_tokens"');
    next({ kind: 'cut', at: 2, closeDelimited: true });
    const stream = await converse(url, streaming);
    expect(stream.text.toLowerCase()).not.toContain('transfer-encoding');
    expect(contentSent(stream.text)).toBe(true);
    next({ kind: 'reset', at: 2, closeDelimited: true });
    expect(await converse(url, streaming)).toMatchObject({ ending: 'rst' });
  });

  it('stalls in the middle until the client leaves, which is counted', async () => {
    next({ kind: 'stall', at: 2 });
    const { text } = await converse(url, streaming, contentSent);
    expect(text).not.toContain('" three"');
    await noneOpen();
    expect(emulator.stats().slugs[llama]).toMatchObject({
      requests: 1,
      scripted: 1,
      cancelled: 1,
      open: 0,
    });
  });

  it('stalls after the headers', async () => {
    next({ kind: 'stall', at: 'after-headers' });
    const { text } = await converse(url, streaming, (sent) => sent.includes('\r\n\r\n'));
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it('stalls before the headers', async () => {
    next({ kind: 'stall', at: 'before-headers' });
    const stop = new AbortController();
    const call = fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: stop.signal });
    while (emulator.stats().total.open === 0) await turn();
    stop.abort();
    await expect(call).rejects.toThrow('aborted');
    await noneOpen();
    expect(emulator.stats().total.cancelled).toBe(1);
  });

  it('comments for ever', async () => {
    next({ kind: 'comments', everyMs: 1 });
    const { text } = await converse(url, streaming, (sent) => sent.split('OPENROUTER').length > 20);
    expect(text).not.toContain('data:');
  });

  it.each(['endless-line', 'endless-deltas'] as const)('%s, no faster than it is read', async (kind) => {
    next({ kind });
    const { text } = await converse(url, streaming, (sent) => sent.length > 1_000_000);
    expect(text.length).toBeGreaterThan(1_000_000);
    await noneOpen();
    expect(emulator.stats().total.bytes).toBeLessThan(20_000_000);
  });

  it('counts a client that leaves an ordinary stream', async () => {
    next({ kind: 'normal', chunkMs: 5000 });
    const reply = await exchange(url, {
      headers,
      body: streaming,
      leaveWhen: (text) => text.includes('one'),
    });
    await noneOpen();
    expect(emulator.stats().total).toMatchObject({ cancelled: 1, requests: 1 });
    const id = String(reply.headers['x-generation-id']);
    await exchange(`${emulator.url}/generation?id=${id}`, { headers });
    const generation = await exchange(`${emulator.url}/generation?id=${id}`, { headers });
    expect(JSON.parse(generation.text).data).toMatchObject({ cancelled: true, streamed: true });
  });

  it('closes with streams open', async () => {
    const doomed = await Emulator.start();
    doomed.script('*', [{ kind: 'stall', at: 1 }]);
    const open = converse(`${doomed.url}/chat/completions`, streaming);
    while (doomed.stats().total.open === 0) await turn();
    await doomed.close();
    expect(['fin', 'rst']).toContain((await open).ending);
  });

  /** The server notices the end of a connection a moment after the client. */
  async function noneOpen(): Promise<void> {
    while (emulator.stats().total.open > 0) await turn();
  }
});

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
