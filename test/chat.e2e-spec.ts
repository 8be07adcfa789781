import { TestApp } from './support/test-app.js';

describe('POST /chat', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start();
  });

  afterAll(() => service.stop());

  it.each([
    ['mistral', 'mistralai/ministral-8b-2512', 2],
    ['llama', 'meta-llama/llama-3.1-8b-instruct', 1],
  ])('answers as %s and keeps the exchange', async (model, upstreamModel, attempts) => {
    const response = await service.post('/chat', { prompt: 'Say hello.', model });
    const reply = (await response.json()) as Record<string, unknown>;
    expect(response.status).toBe(200);
    expect(Object.keys(reply)).toEqual([
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
    ]);
    expect(reply).toMatchObject({ model, upstream_model: upstreamModel, attempts, finish_reason: 'stop' });
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
      timestamp: reply.timestamp,
    });
  });
});
