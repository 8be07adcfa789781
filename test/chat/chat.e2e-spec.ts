import { json } from '../support/json.js';
import { TestApp } from '../support/test-app.js';

const REPLY_FIELDS = [
  'response',
  'latency',
  'prompt_tokens',
  'response_tokens',
  'model',
  'timestamp',
  'id',
  'upstream_model',
  'finish_reason',
  'ttft',
  'cost',
  'attempts',
];

describe('POST /chat', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start();
  });

  afterAll(() => service.stop());

  it.each([
    ['mistral', 'mistralai/ministral-8b-2512'],
    ['llama', 'meta-llama/llama-3.1-8b-instruct'],
  ])('answers as %s and keeps the exchange in the log', async (model, upstreamModel) => {
    const response = await service.post('/chat', { prompt: 'Say hello.', model });
    const reply = await json(response);
    expect(response.status).toBe(200);
    expect(Object.keys(reply)).toEqual(REPLY_FIELDS);
    expect(reply).toMatchObject({ model, upstream_model: upstreamModel, finish_reason: 'stop' });
    expect(response.headers.get('x-request-id')).toBe(reply.id);
    const row = (await service.rows()).find(({ id }) => id === reply.id);
    expect(row).toMatchObject({
      model,
      prompt: 'Say hello.',
      response: reply.response,
      status: 'ok',
      error: '',
      latency: String(reply.latency),
      prompt_tokens: String(reply.prompt_tokens),
      response_tokens: String(reply.response_tokens),
      upstream_model: upstreamModel,
      timestamp: reply.timestamp,
      messages: '',
    });
  });

  it.each([
    ['/chat', { prompt: 'Hi', model: 'llama', max_tokens: 99_999 }, { max_tokens: 65_536 }],
    [
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: 'Hi' }], model: 'llama', max_completion_tokens: 99_999 },
      { max_completion_tokens: 65_536 },
    ],
  ])('A31: asks for no more tokens than the limit (%s)', async (path, body, sent) => {
    service.emulator.reset();
    expect((await service.post(path, body)).status).toBe(200);
    expect(service.emulator.requests()[0]?.body).toMatchObject(sent);
  });

  it('sets a slug aside that the upstream no longer serves, and says so in /models', async () => {
    await service.post('/chat', { prompt: 'Once more.', model: 'mistral' });
    const { data } = (await json(await service.get('/models'))) as { data: { name: string }[] };
    expect(data.find(({ name }) => name === 'mistral')).toMatchObject({
      upstream_model: 'mistralai/ministral-8b-2512',
      state: 'ok',
      upstream: [
        { upstream_model: 'mistralai/mistral-7b-instruct', state: 'set_aside' },
        { upstream_model: 'mistralai/ministral-8b-2512', state: 'ok' },
        { upstream_model: 'mistralai/mistral-nemo', state: 'ok' },
      ],
    });
  });

  it('sends conversation, system prompt and sampling upstream as a stream, and keeps the conversation', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: 'One.' },
      { role: 'user', content: 'Two?' },
    ];
    const sampling = { temperature: 0.5, top_p: 0.9, max_tokens: 50, stop: ['\n'], seed: 7 };
    const reply = await json(await service.post('/chat', { messages, model: 'llama', ...sampling }));
    expect(service.emulator.requests().at(-1)?.body).toMatchObject({ messages, stream: true, ...sampling });
    const row = (await service.rows()).find(({ id }) => id === reply.id);
    expect(row?.prompt).toBe('Two?');
    expect(JSON.parse(row?.messages ?? '')).toEqual(messages);
  });

  it('puts a system prompt before the prompt', async () => {
    await service.post('/chat', { prompt: 'Hi', system: 'Be brief.', model: 'llama' });
    expect(service.emulator.requests().at(-1)?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    });
  });

  it('says null, not 0, where the upstream sent no counts', async () => {
    service.emulator.script('meta-llama/llama-3.1-8b-instruct', [{ kind: 'omit', parts: ['usage'] }]);
    const reply = await json(await service.post('/chat', { prompt: 'Hi', model: 'llama' }));
    expect(reply).toMatchObject({ prompt_tokens: null, response_tokens: null, cost: null });
    const row = (await service.rows()).find(({ id }) => id === reply.id);
    expect(row).toMatchObject({ status: 'ok', prompt_tokens: '', response_tokens: '', cost: '' });
  });

  it('keeps a row of a failed call, with its code', async () => {
    service.emulator.script('meta-llama/llama-3.1-8b-instruct', [{ kind: 'status', status: 401 }]);
    const response = await service.post('/chat', { prompt: 'Hi', model: 'llama' });
    const problem = await json(response);
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problem).toMatchObject({ status: 502, code: 'upstream_auth' });
    expect((await service.rows()).at(-1)).toMatchObject({
      status: 'error',
      error: 'upstream_auth',
      attempts: '1',
    });
  });

  it('writes 200 parallel chats as 200 complete rows, each id once', async () => {
    const before = (await service.rows()).length;
    const replies = await Promise.all(
      Array.from({ length: 200 }, async (_, n) =>
        json(
          await service.post('/chat', {
            prompt: `Chat "${n}",\r\nline two`,
            model: n % 2 ? 'llama' : 'mistral',
          }),
        ),
      ),
    );
    const rows = (await service.rows()).slice(before);
    const byId = new Map(rows.map((row) => [row.id, row]));
    expect(rows).toHaveLength(200);
    expect(byId.size).toBe(200);
    replies.forEach((reply, n) => {
      expect(byId.get(String(reply.id))).toMatchObject({
        prompt: `Chat "${n}",\r\nline two`,
        response: reply.response,
        status: 'ok',
      });
    });
  });

  it('C14, C15: keeps a hostile prompt of 1 MB byte for byte', async () => {
    const hostile =
      '=1+1,"quoted""",\r\n lone \r and \n; \u202Eright to left\u202C, \u2028, \t, 👩‍👩‍👧, \\"\uFEFF';
    const prompt = hostile.repeat(Math.floor(1_000_000 / hostile.length));
    // The emulator finds this longer than the model's context, as the real one would; the row is kept all the same.
    await service.post('/chat', { prompt, model: 'llama' });
    const row = (await service.rows()).at(-1);
    expect(row?.prompt === prompt).toBe(true);
  });
});
