import type OpenAI from 'openai';
import { TestApp } from '../../support/test-app.js';

type Reply = OpenAI.Responses.Response;

describe('POST /v1/responses', () => {
  let service: TestApp;
  const ask = (fields: object = {}) =>
    service.post('/v1/responses', { model: 'llama', input: 'Say hello.', ...fields });

  beforeAll(async () => {
    service = await TestApp.start();
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('answers in the shape of OpenAI and keeps the exchange', async () => {
    const response = await ask();
    const reply = (await response.json()) as Reply;
    const id = response.headers.get('x-request-id')!;
    expect(reply).toEqual({
      id: `resp_${id}`,
      object: 'response',
      created_at: expect.any(Number),
      completed_at: expect.any(Number),
      status: 'completed',
      model: 'llama',
      output: [
        {
          type: 'message',
          id: `msg_${id}_0`,
          status: 'completed',
          role: 'assistant',
          content: [
            {
              type: 'output_text',
              text: expect.stringContaining('Say hello.'),
              annotations: [],
              logprobs: [],
            },
          ],
        },
      ],
      error: null,
      incomplete_details: null,
      usage: {
        input_tokens: expect.any(Number),
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: expect.any(Number),
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: expect.any(Number),
        cost: expect.any(Number),
      },
      background: false,
      instructions: null,
      max_output_tokens: null,
      metadata: {},
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: null,
      top_p: null,
      truncation: 'disabled',
    });
    const row = (await service.rows()).find((candidate) => candidate.id === id);
    expect(row).toMatchObject({
      status: 'ok',
      prompt: 'Say hello.',
      messages: '',
      requested_model: 'llama',
      prompt_tokens: String(reply.usage!.input_tokens),
      response_tokens: String(reply.usage!.output_tokens),
    });
  });
});
