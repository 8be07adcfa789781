import type { Step } from '../../src/emulator/faults.js';
import { ChatClient, LLAMA } from '../support/chat-client.js';

/** Status, code, attempts (RETRY_MAX_ATTEMPTS is 2), and whether a repeat by the client makes sense. */
type Outcome = readonly [status: number, code: string, attempts: number, retryable: boolean];

const status = (code: number, more: object = {}): Step => ({ kind: 'status', status: code, ...more });
const raw = (choices: unknown): Step => ({
  kind: 'raw',
  text: `data: ${JSON.stringify({ id: 'gen-1', choices })}\n\ndata: [DONE]\n\n`,
});

const faults: readonly (readonly [name: string, step: Step, outcome: Outcome])[] = [
  ['U14 a body that is no JSON', { kind: 'garbage' }, [502, 'upstream_bad_response', 2, true]],
  ["U16 a proxy's HTML with 502", { kind: 'html' }, [502, 'upstream_bad_response', 2, true]],
  ['U16 520', status(520, { body: '<html>' }), [502, 'upstream_bad_response', 2, true]],
  ['U16 524', status(524, { body: '<html>' }), [504, 'upstream_timeout', 2, true]],
  ['U17 a captive portal', { kind: 'html', status: 200 }, [502, 'upstream_bad_response', 2, true]],
  ['U18 truncated gzip', encoding('gzip', 'truncated'), [502, 'upstream_bad_response', 2, true]],
  ['U19 corrupt gzip', encoding('gzip', 'corrupt'), [502, 'upstream_bad_response', 2, true]],
  ['U19 mislabelled gzip', encoding('gzip', 'mislabelled'), [502, 'upstream_bad_response', 2, true]],
  ['U20 A13 brotli', encoding('br'), [502, 'upstream_bad_response', 2, true]],
  ['U21 200 with error 429', { kind: 'error-200', code: 429 }, [429, 'upstream_rate_limited', 2, true]],
  ['U21 200 with error 502', { kind: 'error-200', code: 502 }, [503, 'upstream_unavailable', 2, true]],
  [
    'U21 200 with a word for an error',
    { kind: 'error-200', code: 'server_error' },
    [502, 'upstream_bad_response', 2, true],
  ],
  ['U25 402', status(402), [503, 'upstream_out_of_credit', 1, false]],
  [
    'U25 402 as the budget is busy',
    status(402, { retryAfter: 0, metadata: { limit_source: 'openrouter_in_flight_budget' } }),
    [503, 'upstream_budget_busy', 2, true],
  ],
  [
    'U25 429 out of quota',
    status(429, { body: { error: { code: 429, message: 'no', type: 'insufficient_quota' } } }),
    [503, 'upstream_out_of_credit', 1, false],
  ],
  ['U26 401', status(401), [502, 'upstream_auth', 1, false]],
  ['U26 403', status(403), [403, 'content_rejected', 1, false]],
  ['U27 408', status(408), [504, 'upstream_timeout', 2, true]],
  [
    'U27 409',
    status(409, { body: { error: { code: 409, message: 'conflict' } } }),
    [502, 'upstream_conflict', 2, true],
  ],
  [
    'U27 500',
    status(500, { body: { error: { code: 500, message: 'x' } } }),
    [502, 'upstream_bad_response', 2, true],
  ],
  ['U27 503', status(503), [503, 'upstream_unavailable', 2, true]],
  ['U27 529', status(529), [503, 'upstream_unavailable', 2, true]],
  [
    'U28 a context too long',
    status(400, { message: "This endpoint's maximum context length is 10 tokens" }),
    [400, 'context_length_exceeded', 1, false],
  ],
  ['U28 an invalid request', status(400, { metadata: {} }), [400, 'upstream_invalid_request', 1, false]],
  [
    'U29 U30 an error as the first chunk',
    { kind: 'error-chunk', after: 0, code: 429 },
    [429, 'upstream_rate_limited', 2, true],
  ],
  ['U33 choices: []', { kind: 'empty-choices' }, [502, 'upstream_empty', 2, false]],
  ['U33 no choices', raw(undefined), [502, 'upstream_empty', 2, false]],
  [
    'U33 null content and no reason',
    { kind: 'null-content', finishReason: null },
    [502, 'upstream_empty', 2, false],
  ],
  ['U39 A3 a redirect', { kind: 'redirect' }, [502, 'upstream_bad_response', 2, true]],
  [
    'U43 a model that is gone',
    { kind: 'unavailable', code: 'model_deprecated' },
    [404, 'model_not_found', 1, false],
  ],
];

describe('What the upstream replies becomes', () => {
  let client: ChatClient;

  beforeAll(async () => {
    client = await ChatClient.start();
    // The shortest of the waits that chance allows.
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => client.settle());
  afterAll(() => client.service.stop());

  it.each(faults)('%s', async (_name, step, [expected, code, attempts, retryable]) => {
    client.service.emulator.always(LLAMA, step);
    const reply = await client.ask();
    expect([reply.status, reply.body.code]).toEqual([expected, code]);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect([reply.headers.has('retry-after'), reply.headers.get('x-should-retry')]).toEqual(
      retryable ? [true, null] : [false, 'false'],
    );
    expect(client.service.emulator.stats().total.requests).toBe(attempts);
    expect(await client.rowOf(reply)).toMatchObject({
      status: 'error',
      error: code,
      attempts: String(attempts),
      response: '',
      prompt_tokens: '',
    });
  });

  it.each([
    [
      'U33 null content with a reason',
      { kind: 'null-content', finishReason: 'length' } as const,
      '',
      'length',
    ],
    [
      'U33 null content, filtered',
      { kind: 'null-content', finishReason: 'content_filter' } as const,
      '',
      'content_filter',
    ],
    [
      'U33 content in parts',
      raw([
        {
          delta: {
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
          finish_reason: 'stop',
        },
      ]),
      'ab',
      'stop',
    ],
    ['U33 a refusal', raw([{ delta: { refusal: 'No.' }, finish_reason: 'stop' }]), '', 'stop'],
    ['U33 reasoning only', raw([{ delta: { reasoning: 'Hm.' }, finish_reason: 'length' }]), '', 'length'],
    [
      'U33 tool calls',
      raw([
        {
          delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f' } }] },
          finish_reason: 'tool_calls',
        },
      ]),
      '',
      'tool_calls',
    ],
    ['U13 a reason but no [DONE]', { kind: 'omit', parts: ['done'] } as const, 'Hello.', 'stop'],
    ['U34 [DONE] twice and data after it', { kind: 'repeat-done' } as const, 'Hello.', 'stop'],
  ] satisfies [string, Step, string, string][])('%s is an answer', async (_name, step, text, reason) => {
    client.service.emulator.answer(LLAMA, { pieces: ['Hel', 'lo.'] });
    client.service.emulator.always(LLAMA, step);
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ response: text, finish_reason: reason, attempts: 1 });
    expect(await client.rowOf(reply)).toMatchObject({ status: 'ok', error: '' });
  });

  it('U31 counts that did not come are null, and no column says 0', async () => {
    client.service.emulator.always(LLAMA, { kind: 'omit', parts: ['usage'] });
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ prompt_tokens: null, response_tokens: null, cost: null });
    expect(await client.rowOf(reply)).toMatchObject({ prompt_tokens: '', response_tokens: '', cost: '' });
  });

  it.each(['empty-choices', 'empty-delta'] as const)(
    'U32 counts after the reason, with %s',
    async (usageShape) => {
      client.service.emulator.configure({ usageShape });
      const { body } = await client.ask();
      expect(body).toMatchObject({ prompt_tokens: expect.any(Number), response_tokens: expect.any(Number) });
    },
  );

  it('U12 an end without a reason is no answer, however clean', async () => {
    client.service.emulator.answer(LLAMA, { pieces: ['Once', ' upon'] });
    client.service.emulator.always(LLAMA, { kind: 'omit', parts: ['finish'] });
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ status: 502, code: 'upstream_truncated' });
    expect(await client.rowOf(reply)).toMatchObject({
      error: 'upstream_truncated',
      response: 'Once upon',
      attempts: '1',
    });
  });

  it('U29 an error in the middle of the answer ends it; what came is in the row', async () => {
    client.service.emulator.answer(LLAMA, { pieces: ['Once', ' upon', ' a'] });
    client.service.emulator.configure({ chunkMs: 20 });
    client.service.emulator.always(LLAMA, { kind: 'error-chunk', after: 2 });
    const reply = await client.ask();
    client.service.emulator.configure({ chunkMs: 0 });
    expect(reply.status).toBe(503);
    expect(await client.rowOf(reply)).toMatchObject({
      status: 'error',
      response: 'Once upon',
      attempts: '1',
    });
  });

  it('U15 a line that is no JSON ends the answer and nothing else', async () => {
    client.service.emulator.always(LLAMA, { kind: 'malformed-chunk', after: 1 });
    expect((await client.ask()).body).toMatchObject({ code: 'upstream_bad_response' });
  });

  it('U16 an error page of any length is judged by its status', async () => {
    const page = `<html>${'x'.repeat(300_000)}</html>`;
    client.service.emulator.always(LLAMA, status(503, { body: page }));
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ code: 'upstream_unavailable' });
    expect(reply.text).not.toContain('xxx');
  });

  it('U42 errors whose bodies nobody wants leave no socket behind', async () => {
    client.service.emulator.always(LLAMA, status(500, { body: 'x'.repeat(200_000) }));
    await Promise.all(Array.from({ length: 40 }, () => client.ask()));
    // Kept for the next call at most, never one for each that failed.
    await client.settle();
    expect(client.service.emulator.stats().connections).toBeLessThanOrEqual(40);
  });
});

function encoding(name: 'br' | 'gzip', damage?: 'truncated' | 'corrupt' | 'mislabelled'): Step {
  return { kind: 'encoding', encoding: name, damage };
}
