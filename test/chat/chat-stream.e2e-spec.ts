import { exchange } from '../support/plain-http.js';
import { chatText, readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('POST /chat, streamed', () => {
  let service: TestApp;
  const ask = (fields: object = {}, init: RequestInit = {}) =>
    service.post('/chat', { prompt: 'Say hello.', model: 'llama', stream: true, ...fields }, init);

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('sends deltas and then what the JSON reply says, less the text, after the row was written', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await readSse(response);
    const rows = await service.rows();
    const done = JSON.parse(events.at(-1)!.data) as Record<string, unknown>;
    const json = (await (await ask({ stream: false })).json()) as Record<string, unknown>;
    expect(new Set(events.slice(0, -1).map(({ event }) => event))).toEqual(new Set(['delta']));
    expect(events.at(-1)!.event).toBe('done');
    expect(Object.keys(done)).toEqual(Object.keys(json).filter((field) => field !== 'response'));
    expect(chatText(events)).toBe(json.response);
    expect(rows.find(({ id }) => id === done.id)).toMatchObject({ status: 'ok', response: json.response });
    expect(done.id).toBe(response.headers.get('x-request-id'));
  });

  it('streams for Accept: text/event-stream as well', async () => {
    const response = await ask({ stream: undefined }, { headers: { accept: 'text/event-stream' } });
    expect((await readSse(response)).at(-1)!.event).toBe('done');
  });

  it('H11.12: answers JSON where the body says so, whatever the client would take', async () => {
    const accept = 'application/json, text/event-stream';
    const response = await ask({ stream: false }, { headers: { accept } });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it.each([
    [
      'U30: an error as first chunk',
      { kind: 'error-chunk', after: 0, code: 429 },
      429,
      'upstream_rate_limited',
    ],
    ['an HTTP error', { kind: 'status', status: 401 }, 502, 'upstream_auth'],
    ['U12: nothing at all', { kind: 'cut', at: 'after-headers' }, 502, 'upstream_truncated'],
  ] as const)('keeps the status of a failure before the first token: %s', async (_, step, status, code) => {
    service.emulator.script(LLAMA, [step]);
    const response = await ask();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code, status });
  });

  it.each([
    ['U29: an error chunk', { kind: 'error-chunk', after: 3, code: 'server_error' }, 'upstream_bad_response'],
    ['U10: the connection is reset', { kind: 'reset', at: 3 }, 'upstream_truncated'],
    ['U15: a line that is no JSON', { kind: 'malformed-chunk', after: 3 }, 'upstream_bad_response'],
  ] as const)('ends with one error event, never with done, if it fails later: %s', async (_, step, code) => {
    service.emulator.script(LLAMA, [step]);
    const response = await ask();
    const events = await readSse(response);
    const problem = JSON.parse(events.at(-1)!.data) as Record<string, unknown>;
    const row = (await service.rows()).find(({ id }) => id === problem.request_id);
    expect(events.filter(({ event }) => event !== 'delta').map(({ event }) => event)).toEqual(['error']);
    expect(problem).toMatchObject({ code, type: 'about:blank', request_id: expect.any(String) });
    expect(row).toMatchObject({ status: 'error', error: code, response: chatText(events) });
    expect(chatText(events)).not.toBe('');
  });

  it('U31, U33: passes on honestly an answer without content and without counts', async () => {
    service.emulator.script(LLAMA, [{ kind: 'null-content', finishReason: 'length' }]);
    const [done, ...others] = await readSse(await ask());
    expect(others).toEqual([]);
    expect(JSON.parse(done!.data)).toMatchObject({ finish_reason: 'length', ttft: null });
    service.emulator.script(LLAMA, [{ kind: 'omit', parts: ['usage'] }]);
    const events = await readSse(await ask());
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({
      prompt_tokens: null,
      response_tokens: null,
      cost: null,
    });
  });

  it('U34: ends once, whatever the upstream repeats', async () => {
    service.emulator.script(LLAMA, [{ kind: 'repeat-done' }]);
    const events = await readSse(await ask());
    expect(events.filter(({ event }) => event === 'done')).toHaveLength(1);
  });

  /** Over a connection of its own; tells in which pieces the body came. */
  const piecesUntil = async (leaveWhen?: (text: string) => boolean) => {
    const { pieces } = await exchange(`${service.url}/chat`, {
      headers: { 'content-type': 'application/json' },
      body: { prompt: 'Say hello.', model: 'llama', stream: true },
      leaveWhen,
    });
    return pieces;
  };

  it('passes each token on at once', async () => {
    service.emulator.script(LLAMA, [{ kind: 'normal', chunkMs: 40 }]);
    let last = performance.now();
    const gaps: number[] = [];
    await piecesUntil(() => {
      gaps.push(performance.now() - last);
      last = performance.now();
      return gaps.length === 6;
    });
    expect(gaps).toHaveLength(6);
    // Each came by itself: none was held back to leave with another.
    expect(Math.min(...gaps.slice(1))).toBeGreaterThan(10);
  });

  it('sends what arrived together in one piece', async () => {
    service.emulator.script(LLAMA, [{ kind: 'normal', answer: { pieces: Array<string>(50).fill('x') } }]);
    expect((await piecesUntil()).length).toBeLessThan(10);
  });
});
