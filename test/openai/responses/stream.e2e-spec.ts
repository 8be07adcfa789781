import fc from 'fast-check';
import { ofType, parseResponseEvents, type ResponseReply } from '../../support/response-events.js';
import { TestApp } from '../../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const TOOLS = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}));

type Delta = Readonly<Record<string, unknown>>;

describe('A stream of /v1/responses', () => {
  let service: TestApp;
  const ask = (fields: object = {}) =>
    service.post('/v1/responses', { model: 'llama', input: 'Say hello.', ...fields });
  const stream = async (fields: object = {}) =>
    parseResponseEvents(await (await ask({ ...fields, stream: true })).text());
  const whole = async (fields: object = {}) => (await (await ask(fields)).json()) as ResponseReply;

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
  });

  beforeEach(() => {
    service.emulator.reset();
    service.emulator.configure({ chunkMs: 0 });
  });

  afterAll(() => service.stop());

  /** Lets the upstream say exactly these deltas, one chunk each. */
  function dictate(deltas: readonly Delta[], finish: string | null = 'stop'): void {
    const choices = [
      ...deltas.map((delta) => ({ index: 0, delta, finish_reason: null })),
      ...(finish === null ? [] : [{ index: 0, delta: {}, finish_reason: finish }]),
    ];
    const frames = choices.map((choice) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`).join('');
    service.emulator.always(LLAMA, {
      kind: 'raw',
      text: finish === null ? frames : `${frames}data: [DONE]\n\n`,
    });
  }

  /** Ids and times differ from call to call. */
  function withoutIds(output: ResponseReply['output']): object[] {
    return output.map((item) => ({ ...item, id: item.id.replace(/_[0-9A-Z]{26}_/, '_') }));
  }

  it('has the events of a text in the official order, and ends after the row', async () => {
    service.emulator.answer(LLAMA, { pieces: ['Hel', 'lo.'] });
    const response = await ask({ stream: true });
    const events = parseResponseEvents(await response.text());
    const rows = await service.rows();
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const id = response.headers.get('x-request-id')!;
    expect(events[4]).toEqual({
      type: 'response.output_text.delta',
      sequence_number: 4,
      item_id: `msg_${id}_0`,
      output_index: 0,
      content_index: 0,
      delta: 'Hel',
      logprobs: [],
    });
    expect(events.at(-1)!.response).toMatchObject({
      id: `resp_${id}`,
      usage: { output_tokens: expect.any(Number) },
    });
    expect(rows.at(-1)).toMatchObject({ id, status: 'ok', response: 'Hello.' });
  });

  it('has what the JSON reply has, for all that a model can say', async () => {
    dictate([
      { reasoning: 'Let me ', reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'Let me ' }] },
      {
        reasoning: 'see.',
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'see.', signature: 's' }],
      },
      { content: 'Look' },
      { content: '.' },
      { refusal: 'No ' },
      { refusal: 'more.' },
      { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
      {
        tool_calls: [
          { index: 0, id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city"' } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: ':"Paris"}' } }] },
      {
        tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'get_time', arguments: '' } }],
      },
    ]);
    const fields = { tools: TOOLS, include: ['reasoning.encrypted_content'] };
    const events = await stream(fields);
    const { output } = events.at(-1)!.response!;
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'Let me see.' }], encrypted_content: expect.any(String) },
      { type: 'message', content: [{ text: 'Look.' }, { type: 'refusal', refusal: 'No more.' }] },
      { type: 'image_generation_call', result: 'AAAA' },
      { type: 'function_call', call_id: 'a', name: 'get_weather', arguments: '{"city":"Paris"}' },
      { type: 'function_call', call_id: 'b', name: 'get_time', arguments: '{}' },
    ]);
    expect(withoutIds((await whole(fields)).output)).toEqual(withoutIds(output));
    expect(ofType(events, 'response.reasoning_summary_text.delta').map(({ delta }) => delta)).toEqual([
      'Let me ',
      'see.',
    ]);
  });

  it('tells citations and log probabilities', async () => {
    const citation = { url: 'https://example.org', title: 'Example', start_index: 0, end_index: 4 };
    dictate([{ content: 'Look' }, { annotations: [{ type: 'url_citation', url_citation: citation }] }]);
    const [added] = ofType(await stream(), 'response.output_text.annotation.added');
    expect(added).toMatchObject({ annotation_index: 0, annotation: { type: 'url_citation', ...citation } });
    service.emulator.reset();
    const fields = { top_logprobs: 2, max_output_tokens: 3 };
    const events = await stream(fields);
    const tokens = ofType(events, 'response.output_text.delta').flatMap(
      ({ logprobs }) => logprobs as object[],
    );
    expect(tokens).toHaveLength(3);
    expect(tokens[0]).toMatchObject({ token: expect.any(String), top_logprobs: [{}, {}] });
    expect((await whole(fields)).output).toMatchObject([{ content: [{ logprobs: tokens }] }]);
  });

  it('keeps calls apart whose pieces come mixed', async () => {
    const piece = (index: number, text: string, name?: string) => ({
      tool_calls: [
        { index, ...(name && { id: name, type: 'function' }), function: { name, arguments: text } },
      ],
    });
    dictate(
      [piece(0, '{"city":', 'get_weather'), piece(1, '{"city":', 'get_time'), piece(0, '1}'), piece(1, '2}')],
      'tool_calls',
    );
    expect((await stream({ tools: TOOLS })).at(-1)!.response!.output).toMatchObject([
      { call_id: 'get_weather', arguments: '{"city":1}' },
      { call_id: 'get_time', arguments: '{"city":2}' },
    ]);
  });

  it('ends a call before the next one begins', async () => {
    const events = await stream({ tools: TOOLS, input: 'Use get_weather and get_time.' });
    expect(
      ofType(events, 'response.output_item.added', 'response.output_item.done').map(({ type }) => type),
    ).toEqual([
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.output_item.done',
    ]);
  });

  it('puts a signature that comes late into an item of its own', async () => {
    const detail = { type: 'reasoning.encrypted', index: 0, data: 'x' };
    dictate([{ content: 'a' }, { reasoning_details: [detail] }, { content: 'b' }]);
    const { output } = (await stream({ include: ['reasoning.encrypted_content'] })).at(-1)!.response!;
    expect(output).toMatchObject([{ content: [{ text: 'ab' }] }, { type: 'reasoning', summary: [] }]);
    await whole({ input: [{ role: 'user', content: 'x' }, ...output, { role: 'user', content: 'y' }] });
    expect(service.emulator.requests().at(-1)!.body).toMatchObject({
      messages: [{}, { role: 'assistant', content: 'ab', reasoning_details: [detail] }, {}],
    });
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('is incomplete where the model stopped for %s', async (finish, reason) => {
    dictate([{ content: 'Half an ans' }], finish);
    const events = await stream();
    const expected = {
      status: 'incomplete',
      incomplete_details: { reason },
      completed_at: null,
      output: [{ status: 'incomplete', content: [{ text: 'Half an ans' }] }],
    };
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: expected });
    expect(await whole()).toMatchObject(expected);
  });

  it.each([
    ['U11: a cut', { kind: 'cut', at: 2 }, 'upstream_truncated'],
    ['U12: a stream without a finish', { kind: 'omit', parts: ['finish', 'done'] }, 'upstream_truncated'],
    ['U29: an error in the stream', { kind: 'error-chunk', after: 2, code: 429 }, 'upstream_rate_limited'],
  ] as const)('%s never looks complete', async (_name, step, code) => {
    service.emulator.always(LLAMA, step);
    const events = await stream();
    const [error, failed] = events.slice(-2);
    expect(error).toMatchObject({
      type: 'error',
      code,
      message: expect.any(String),
      param: null,
      error: { code },
    });
    expect(failed).toMatchObject({
      type: 'response.failed',
      response: {
        error: { code: code === 'upstream_rate_limited' ? 'rate_limit_exceeded' : 'server_error' },
        output: [{ status: 'incomplete', content: [{ text: expect.stringMatching(/./) }] }],
        completed_at: null,
      },
    });
    expect(ofType(events, 'response.output_item.done', 'response.completed')).toEqual([]);
    expect((await service.rows()).at(-1)).toMatchObject({ status: 'error', error: code });
    const reply = await ask();
    expect(reply.status).toBe(code === 'upstream_rate_limited' ? 429 : 502);
    expect(await reply.json()).toMatchObject({ error: { code } });
  });

  it('U30: is no stream at all where nothing was said before it failed', async () => {
    service.emulator.always(LLAMA, { kind: 'error-chunk', after: 0, code: 401 });
    const reply = await ask({ stream: true });
    expect(reply.status).toBe(502);
    expect(await reply.json()).toMatchObject({ error: { code: 'upstream_auth', type: 'api_error' } });
  });

  it('A21: holds for any deltas in any order', async () => {
    const text = fc.oneof(fc.constantFrom('', '\n\ndata: [DONE]\n\n', '{"', '🙂'), fc.string());
    const call = fc.record({
      index: fc.nat({ max: 2 }),
      id: fc.option(text, { nil: undefined }),
      function: fc.record({ name: fc.option(text, { nil: undefined }), arguments: text }),
    });
    const delta = fc.record(
      {
        content: text,
        reasoning: text,
        refusal: text,
        tool_calls: fc.array(call, { maxLength: 2 }),
        reasoning_details: fc.array(fc.record({ type: text, index: fc.nat(), text }), { maxLength: 2 }),
        annotations: fc.array(fc.record({ url_citation: fc.oneof(text, fc.record({ url: text })) })),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(delta, { minLength: 1, maxLength: 6 }), async (deltas) => {
        dictate([{ content: 'x' }, ...deltas]);
        const events = await stream({ include: ['reasoning.encrypted_content'] });
        expect(events.at(-1)!.type).toBe('response.completed');
        expect((await ask()).status).toBe(200);
      }),
      { numRuns: 40 },
    );
  });
});
