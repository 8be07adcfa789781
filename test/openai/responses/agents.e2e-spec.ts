import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';
import { z } from 'zod';
import { TestApp } from '../../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('The OpenAI Agents SDK', () => {
  let service: TestApp;
  let runner: Runner;
  const agent = () =>
    new Agent({
      name: 'Weather',
      instructions: 'Be brief.',
      model: 'llama',
      tools: [
        tool({
          name: 'get_weather',
          description: 'The weather',
          parameters: z.object({ city: z.string() }),
          execute: ({ city }) => `Rain in ${city}.`,
        }),
      ],
    });

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
    const modelProvider = new OpenAIProvider({ baseURL: `${service.url}/v1`, apiKey: 'any' });
    runner = new Runner({ modelProvider, tracingDisabled: true });
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('runs an agent with a tool, turn by turn', async () => {
    const result = await runner.run(agent(), 'Call get_weather.');
    expect(result.newItems.map(({ type }) => type)).toEqual([
      'tool_call_item',
      'tool_call_output_item',
      'message_output_item',
    ]);
    expect(result.finalOutput).toContain('emulator');
    const next = await runner.run(agent(), [...result.history, { role: 'user', content: 'Say hello.' }]);
    expect(next.finalOutput).toContain('Say hello.');
    const { messages } = service.emulator.requests().at(-1)!.body as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
  });

  it('streams it, with what the model thinks', async () => {
    service.emulator.script(LLAMA, [
      { kind: 'normal' },
      { kind: 'normal', answer: { pieces: ['It ', 'rains.'], reasoning: ['Hm.'] } },
    ]);
    const result = await runner.run(agent(), 'Call get_weather.', { stream: true });
    let text = '';
    for await (const piece of result.toTextStream()) text += piece;
    await result.completed;
    expect(text).toBe('It rains.');
    expect(result.finalOutput).toBe('It rains.');
    expect(result.newItems.map(({ type }) => type)).toContain('reasoning_item');
  });

  it('fails where the answer breaks off', async () => {
    service.emulator.always(LLAMA, { kind: 'cut', at: 2 });
    const result = await runner.run(agent(), 'Say hello.', { stream: true });
    await expect(result.completed).rejects.toThrow();
    await expect(runner.run(agent(), 'Say hello.')).rejects.toMatchObject({ status: 502 });
  });
});
