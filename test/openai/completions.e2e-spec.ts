import { TestApp } from '../support/test-app.js';
describe('POST /v1/chat/completions', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());
  it('x', async () => {
    for (const [path, body, method] of [
      ['/chat', { prompt: 'hi', model: 'llama', stream: true }],
      [
        '/v1/chat/completions',
        {
          messages: [{ role: 'user', content: 'hi' }],
          model: 'llama',
          stream: true,
          stream_options: { include_usage: true },
        },
      ],
      [
        '/v1/chat/completions',
        {
          messages: [{ role: 'user', content: 'hi' }],
          model: 'llama',
          stream: false,
          foo: 1,
          logprobs: true,
          max_tokens: 2,
        },
      ],
      ['/v1/chat/completions', { messages: [{ role: 'user' }], model: 'llama', n: 2 }],
      ['/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }], model: 'gpt' }],
      ['/v1/chat/completions', '{'],
      ['/v1/chat/completions', 'x', 'PUT'],
      ['/v1/nope', '{}'],
      ['/health', '{}'],
      ['/v1/models/%E0%A4', undefined, 'GET'],
      ['/v1/models', undefined, 'GET'],
      ['/v1/models/llama', undefined, 'GET'],
      ['/v1/models/llamas', undefined, 'GET'],
    ] as const) {
      const r = method
        ? await service.get(path, { method, ...(body && { body }) })
        : await service.post(path, body);
      process.stderr.write(`${path} ${r.status} ${JSON.stringify([...r.headers])}\n${await r.text()}\n`);
    }
  });
});
