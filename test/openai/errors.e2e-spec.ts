import { readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const PATH = '/v1/chat/completions';
const VALID = { model: 'llama', messages: [{ role: 'user', content: 'Say hello.' }] };

describe('Errors under /v1', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start({
      env: { RETRY_MAX_ATTEMPTS: '1', MAX_TOKENS_LIMIT: '100', BODY_MAX_BYTES: '4096' },
    });
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  async function expectError(response: Response, status: number, error: object): Promise<void> {
    const body = (await response.json()) as { error: object };
    expect({ status: response.status, ...body.error }).toMatchObject({ status, ...error });
    expect(Object.keys(body)).toEqual(['error']);
    expect(Object.keys(body.error)).toEqual(['message', 'type', 'param', 'code']);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/);
  }

  const invalid = (code: string, param: string | null = null) => ({
    type: 'invalid_request_error',
    code,
    param,
  });

  it.each([
    ['malformed JSON', '{', 400, invalid('invalid_json')],
    ['an empty array', '[]', 400, invalid('invalid_request')],
    ['an array', [VALID], 400, invalid('invalid_request')],
    ['a string', '"x"', 400, invalid('invalid_request')],
    ['null', 'null', 400, invalid('invalid_request')],
    [
      'a body too large',
      JSON.stringify({ ...VALID, user: 'x'.repeat(5000) }),
      413,
      invalid('body_too_large'),
    ],
    [
      'no model',
      { ...VALID, model: undefined },
      400,
      {
        ...invalid('invalid_request', 'model'),
        message: expect.stringMatching(/^model must be given\. Known models: .*llama/),
      },
    ],
    ['an unknown model', { ...VALID, model: 'gpt-5' }, 404, invalid('model_not_found', 'model')],
    ['an unknown fallback', { ...VALID, fallback: ['gpt-5'] }, 400, invalid('unknown_model', 'fallback[0]')],
    [
      'messages as text',
      { ...VALID, messages: 'hi' },
      400,
      { ...invalid('invalid_request', 'messages'), message: 'messages must be an array of messages.' },
    ],
    [
      'a conversation in place of a message',
      { ...VALID, messages: [VALID.messages] },
      400,
      invalid('invalid_request', 'messages'),
    ],
    ['no messages', { ...VALID, messages: [] }, 400, invalid('invalid_request', 'messages')],
    [
      'a message that is none',
      { ...VALID, messages: ['hi'] },
      400,
      invalid('invalid_request', 'messages[0]'),
    ],
    [
      'a role',
      { ...VALID, messages: [{ role: 'god', content: 'x' }] },
      400,
      invalid('invalid_request', 'messages[0].role'),
    ],
    [
      'no content',
      { ...VALID, messages: [{ role: 'user' }] },
      400,
      invalid('invalid_request', 'messages[0].content'),
    ],
    [
      'a part',
      { ...VALID, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      400,
      invalid('invalid_request', 'messages[0].content'),
    ],
    [
      'a result of no call',
      { ...VALID, messages: [{ role: 'tool', content: 'x' }] },
      400,
      invalid('invalid_request', 'messages[0].tool_call_id'),
    ],
    ['a temperature', { ...VALID, temperature: 'hot' }, 400, invalid('invalid_request', 'temperature')],
    ['stream as text', { ...VALID, stream: 'true' }, 400, invalid('invalid_request', 'stream')],
    [
      'stream options',
      { ...VALID, stream_options: { include_usage: 1 } },
      400,
      invalid('invalid_request', 'stream_options.include_usage'),
    ],
    ['two answers', { ...VALID, n: 2 }, 400, invalid('invalid_request', 'n')],
  ])('refuses %s', async (_, body, status, error) => {
    const response = await service.post(PATH, body);
    expect(response.headers.get('x-should-retry')).toBe('false');
    await expectError(response, status, error);
    expect(service.emulator.stats().total.requests).toBe(0);
  });

  it.each([
    [429, 'rate_limit_error', 'upstream_rate_limited', 429],
    [500, 'api_error', 'upstream_bad_response', 502],
    [401, 'api_error', 'upstream_auth', 502],
    [403, 'permission_error', 'content_rejected', 403],
    [503, 'api_error', 'upstream_unavailable', 503],
  ])('says what came of an upstream that answers %i', async (upstream, type, code, status) => {
    for (const stream of [false, true]) {
      service.emulator.script(LLAMA, [
        { kind: 'status', status: upstream, ...(upstream === 403 && { metadata: { reasons: ['x'] } }) },
      ]);
      await expectError(await service.post(PATH, { ...VALID, stream }), status, { type, code, param: null });
    }
  });

  it('U29: ends a stream that fails with an error and without [DONE]', async () => {
    service.emulator.script(LLAMA, [{ kind: 'error-chunk', after: 2, code: 502 }]);
    const events = await readSse(await service.post(PATH, { ...VALID, stream: true }));
    const last = JSON.parse(events.at(-1)!.data) as { error: object };
    expect(Object.keys(last)).toEqual(['error']);
    expect(last.error).toMatchObject({
      type: 'api_error',
      param: null,
      code: expect.stringMatching(/^upstream_/),
    });
    expect(events.map(({ data }) => data)).not.toContain('[DONE]');
    expect((await service.rows()).at(-1)).toMatchObject({ status: 'error' });
  });

  it('C9: refuses other media types', async () => {
    const response = await service.post(PATH, 'model=llama', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await expectError(response, 415, invalid('unsupported_media_type'));
  });

  it.each(['/v1', '/v1/', '/v1/moderations', '/V1/nothing', '/v1/chat'])('knows no %s', async (path) => {
    await expectError(await service.get(path), 404, invalid('not_found'));
  });

  it('knows no other model', async () => {
    await expectError(await service.get('/v1/models/gpt-5'), 404, invalid('model_not_found', 'model'));
    await expectError(await service.get('/v1/models/%E0%A4'), 400, invalid('bad_request'));
  });

  it.each([
    ['GET', PATH, 'POST'],
    ['PUT', PATH, 'POST'],
    ['OPTIONS', PATH, 'POST'],
    ['GET', '/v1/embeddings', 'POST'],
    ['DELETE', '/v1/models', 'GET, HEAD'],
    ['POST', '/v1/models/llama', 'GET, HEAD'],
  ])('C10: does not take %s %s', async (method, path, allow) => {
    const response = await service.get(path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    await expectError(response, 405, invalid('method_not_allowed'));
  });

  it.each([
    ['GET', '/chat', 'POST'],
    ['PUT', '/chat', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['PATCH', '/', 'GET, HEAD'],
  ])('C10: elsewhere as problem+json: %s %s', async (method, path, allow) => {
    const response = await service.get(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });
});
