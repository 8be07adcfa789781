import { json, type Json } from '../support/json.js';
import { parseSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const PATH = '/v1/messages';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const VALID = { model: 'llama', max_tokens: 50, messages: [{ role: 'user', content: 'Say hello.' }] };
const saying = (content: unknown, role = 'user'): object => ({ ...VALID, messages: [{ role, content }] });

describe('POST /v1/messages', () => {
  let service: TestApp;
  const forwarded = () => service.emulator.requests().at(-1)!.body as Record<string, unknown>;

  beforeAll(async () => {
    service = await TestApp.start({
      env: {
        RETRY_MAX_ATTEMPTS: '1',
        MAX_TOKENS_LIMIT: '100',
        BODY_MAX_BYTES: '4096',
        PROMPT_MAX_CHARS: '999',
      },
    });
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('streams the events of Anthropic in their order, and ends after the row', async () => {
    service.emulator.answer('*', {
      pieces: ['a', 'b'],
      reasoning: ['c'],
      promptTokens: 7,
      completionTokens: 2,
    });
    const reply = await service.post(
      PATH,
      { ...VALID, stream: true },
      { headers: { 'anthropic-version': 'x' } },
    );
    const events = parseSse(await reply.text());
    const rows = await service.rows();
    expect(events.map(({ event }) => event)).toEqual([
      ...['message_start', 'ping'],
      ...['content_block_start', 'content_block_delta', 'content_block_stop'],
      ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
      ...['message_delta', 'message_stop'],
    ]);
    const id = reply.headers.get('request-id');
    expect(JSON.parse(events[0]!.data)).toMatchObject({
      message: { id: `msg_${id}`, content: [], stop_reason: null },
    });
    expect(JSON.parse(events.at(-2)!.data)).toMatchObject({
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { input_tokens: 7, output_tokens: 3 },
    });
    expect(rows.at(-1)).toMatchObject({ id, status: 'ok', response: 'ab', finish_reason: 'stop' });
  });

  it('forwards what it knows under OpenAI’s names, and nothing else', async () => {
    await service.post(PATH, {
      ...VALID,
      max_tokens: 32_000,
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop_sequences: ['§'],
      metadata: { user_id: 'someone' },
      tools: [
        {
          name: 'look',
          description: 'Looks.',
          input_schema: { type: 'object', properties: { constructor: {} } },
        },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      thinking: { type: 'adaptive', display: 'omitted' },
      output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } },
      context_management: { edits: [] },
      service_tier: 'auto',
    });
    const { stream: _stream, stream_options: _options, plugins: _plugins, ...known } = forwarded();
    expect(known).toEqual({
      model: LLAMA,
      messages: [{ role: 'system', content: 'Be brief.\n\nBe kind.' }, VALID.messages[0]],
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop: ['§'],
      user: 'someone',
      tools: [
        {
          type: 'function',
          function: {
            name: 'look',
            description: 'Looks.',
            parameters: { type: 'object', properties: { constructor: {} } },
          },
        },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
      reasoning: { exclude: true },
      reasoning_effort: 'xhigh',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: { type: 'object' } },
      },
    });
    expect((await service.rows()).at(-1)).toMatchObject({ user: 'someone', prompt: 'Say hello.' });
  });

  // @openrouter/sdk 1.3.19 has cache_control at the request (chatrequest), at texts (chatcontenttext) and at tools
  // (chatfunctiontool).
  it('forwards marks for caching, at texts and tools', async () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const mark = <T extends object>(block: T): T & object => ({ ...block, cache_control });
    const text = (words: string) => ({ type: 'text', text: words });
    const calls = [{ type: 'tool_use', id: 'call_1', name: 'look', input: {} }];
    await service.post(PATH, {
      ...VALID,
      cache_control: { type: 'ephemeral' },
      system: [text('Be brief.'), mark(text('Be kind.'))],
      messages: [
        { role: 'user', content: [mark(text('Look.'))] },
        { role: 'assistant', content: [mark(text('I will.')), ...calls] },
        { role: 'user', content: [mark({ type: 'tool_result', tool_use_id: 'call_1', content: 'Seen.' })] },
      ],
      tools: [mark({ name: 'look', input_schema: { type: 'object' } })],
    });
    expect(forwarded()).toMatchObject({
      cache_control: { type: 'ephemeral' },
      messages: [
        { role: 'system', content: [text('Be brief.'), mark(text('Be kind.'))] },
        { role: 'user', content: [mark(text('Look.'))] },
        { role: 'assistant', content: [mark(text('I will.'))], tool_calls: [{ id: 'call_1' }] },
        { role: 'tool', tool_call_id: 'call_1', content: [mark(text('Seen.'))] },
      ],
      tools: [{ type: 'function', function: { name: 'look' }, cache_control }],
    });
    expect((await service.rows()).at(-1)).toMatchObject({ status: 'ok', prompt: 'Look.' });
  });

  it('forwards conversations with images, documents, tool calls and their results', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
    const reply = await service.post(PATH, {
      ...VALID,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' },
            },
            { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'Within.' }] } },
          ],
        },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: 's' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 's' },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 1 } },
            { type: 'tool_use', id: 'call_2', name: 'look', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'call_1',
              content: [{ type: 'text', text: 'A cat.' }, image],
            },
            { type: 'tool_result', tool_use_id: 'call_2', content: 'No light.', is_error: true },
            { type: 'text', text: 'Well?' },
          ],
        },
        { role: 'system', content: 'Be brief.' },
      ],
    });
    expect(reply.status).toBe(200);
    const call = (id: string, args: string) => ({
      id,
      type: 'function',
      function: { name: 'look', arguments: args },
    });
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look.' },
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
          { type: 'text', text: 'Within.' },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [call('call_1', '{"at":1}'), call('call_2', '{}')],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'A cat.' },
      { role: 'tool', tool_call_id: 'call_2', content: 'Error: No light.' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
          { type: 'text', text: 'Well?' },
        ],
      },
      { role: 'system', content: 'Be brief.' },
    ];
    expect(forwarded().messages).toEqual(messages);
    expect(JSON.parse((await service.rows()).at(-1)!.messages!)).toEqual(messages);
  });

  it.each([
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
    ['whatever', 'end_turn'],
  ])('says of %s that it was %s', async (finishReason, stopReason) => {
    service.emulator.answer('*', { text: 'a', finishReason });
    expect(await json(await service.post(PATH, VALID))).toMatchObject({ stop_reason: stopReason });
  });

  it('answers with another model where `fallback` allows it, and says which', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    expect(await json(await service.post(PATH, { ...VALID, fallback: ['mistral'] }))).toMatchObject({
      model: 'mistral',
    });
  });

  const error = async (reply: Response): Promise<unknown> => {
    const body = await json(reply);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      type: 'error',
      error: {
        type: expect.any(String),
        message: expect.any(String),
        details: { error_code: expect.any(String) },
      },
      request_id: reply.headers.get('request-id'),
    });
    const { type, message } = body.error as Json;
    return [reply.status, type, message];
  };

  it.each([
    ['malformed JSON', '{', 400, 'invalid_request_error', 'JSON'],
    ['an array', [], 400, 'invalid_request_error', 'The body must be a JSON object.'],
    ['a body too large', { ...VALID, x: 'x'.repeat(5000) }, 413, 'request_too_large', '4096 bytes'],
    ['no model', { ...VALID, model: undefined }, 400, 'invalid_request_error', 'model must be given'],
    ['an unknown model', { ...VALID, model: 'claude' }, 404, 'not_found_error', 'no such model'],
    [
      'no max_tokens',
      { ...VALID, max_tokens: undefined },
      400,
      'invalid_request_error',
      'max_tokens must be',
    ],
    ['no messages', { ...VALID, messages: [] }, 400, 'invalid_request_error', 'messages must have'],
    ['a role', saying('x', 'tool'), 400, 'invalid_request_error', 'messages[0].role'],
    [
      'a prompt too long',
      saying([{ type: 'text', text: 'x'.repeat(1000) }]),
      400,
      'invalid_request_error',
      'messages[0].content must be at most',
    ],
    [
      'a text without one',
      saying([{ type: 'text' }]),
      400,
      'invalid_request_error',
      'messages[0].content[0].text must be',
    ],
    [
      'an unknown block',
      saying([{ type: 'server_tool_use' }]),
      400,
      'invalid_request_error',
      '"server_tool_use" cannot be served',
    ],
    [
      'an uploaded file',
      saying([{ type: 'image', source: { type: 'file', file_id: 'x' } }]),
      400,
      'invalid_request_error',
      'messages[0].content[0].source.type',
    ],
    [
      'a tool of Anthropic',
      { ...VALID, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      400,
      'invalid_request_error',
      'tools must be',
    ],
    ['a container', { ...VALID, container: 'x' }, 400, 'invalid_request_error', 'container is not supported'],
    [
      'servers',
      { ...VALID, mcp_servers: [{ url: 'x' }] },
      400,
      'invalid_request_error',
      'mcp_servers is not supported',
    ],
  ])('refuses %s', async (_name, body, status, type, message) => {
    const reply = await service.post(PATH, body);
    expect(await error(reply)).toEqual([status, type, expect.stringContaining(message)]);
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(service.emulator.stats().total.requests).toBe(0);
  });

  it.each([
    [429, 429, 'rate_limit_error'],
    [401, 502, 'api_error'],
    [503, 503, 'overloaded_error'],
    [504, 504, 'timeout_error'],
  ])('says what came of an upstream that answers %i', async (upstream, status, type) => {
    for (const stream of [false, true]) {
      service.emulator.script(LLAMA, [{ kind: 'status', status: upstream }]);
      expect(await error(await service.post(PATH, { ...VALID, stream }))).toEqual([
        status,
        type,
        expect.any(String),
      ]);
    }
  });

  it.each([
    ['GET', PATH, 405, 'invalid_request_error'],
    ['GET', `${PATH}/batches`, 404, 'not_found_error'],
    ['POST', `${PATH}/count_tokens`, 404, 'not_found_error'],
    ['POST', '/V1/Messages/nothing', 404, 'not_found_error'],
  ])('C10 answers %s %s in its shape', async (method, path, status, type) => {
    const reply = await service.get(path, {
      method,
      ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
    });
    expect(await error(reply)).toEqual([status, type, expect.any(String)]);
  });
});

describe('POST /v1/messages with keys', () => {
  let service: TestApp;
  const admin = { headers: { authorization: `Bearer ${ADMIN}` } };
  const ask = (key: unknown, body: object = VALID) =>
    service.post(PATH, body, key === undefined ? {} : { headers: { 'x-api-key': key as string } });
  const errorOf = async (reply: Response): Promise<unknown[]> => {
    const { error } = await json(reply);
    return [reply.status, (error as Json).type, ((error as Json).details as Json).error_code];
  };
  const make = async (terms: Json): Promise<unknown> =>
    (await json(await service.post('/keys', terms, admin))).key;

  beforeAll(async () => {
    service = await TestApp.start({ env: { ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '60000' } });
  });

  afterAll(() => service.stop());

  it('wants one, and counts and bounds what it may have', async () => {
    expect(await errorOf(await ask(undefined))).toEqual([401, 'authentication_error', 'unauthorized']);
    expect(await errorOf(await ask('wrong'))).toEqual([401, 'authentication_error', 'unauthorized']);
    const key = await make({ name: 'alice', rpm: 1, models: ['llama'] });
    expect(await errorOf(await ask(key, { ...VALID, model: 'mistral' }))).toEqual([
      403,
      'permission_error',
      'model_not_allowed',
    ]);
    const reply = await ask(key);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-ratelimit-limit-requests')).toBe('1');
    expect((await service.rows()).at(-1)!.key).toBe(/parley_(.{12})/.exec(String(key))![1]);
    const refused = await ask(key);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await errorOf(refused)).toEqual([429, 'rate_limit_error', 'rate_limited']);
  });

  it('spends a budget, and says when it is used up', async () => {
    const key = await make({ name: 'bob', budget: '0.000001' });
    expect(await errorOf(await ask(key))).toEqual([402, 'billing_error', 'budget_exceeded']);
    const rich = await make({ name: 'carol', budget: '1' });
    expect((await ask(rich)).status).toBe(200);
    const { spent } = (
      (await json(await service.get('/keys/me', { headers: { 'x-api-key': String(rich) } }))).usage as Json
    ).budget as Json;
    expect(Number(spent)).toBe(Number((await service.rows()).at(-1)!.cost));
  });
});
