import { createAnthropic } from '@ai-sdk/anthropic';
import { APICallError, generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('The Vercel AI SDK with its Anthropic provider', () => {
  let service: TestApp;
  const model = () => createAnthropic({ baseURL: `${service.url}/v1`, apiKey: 'any' })('llama');
  const tools = {
    get_weather: tool({
      description: 'The weather',
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => `Rain in ${city}.`,
    }),
  };

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
  });

  beforeEach(() => {
    service.emulator.reset();
  });

  afterAll(() => service.stop());

  it('generates and streams text, reasoning and usage', async () => {
    service.emulator.answer('*', { pieces: ['a', 'b'], reasoning: ['think', 'ing'] });
    const options = { model: model(), maxOutputTokens: 500, system: 'Be brief.', prompt: 'Say hello.' };
    const whole = await generateText(options);
    expect(whole).toMatchObject({ text: 'ab', reasoningText: 'thinking', finishReason: 'stop' });
    const streamed = streamText(options);
    let text = '';
    for await (const piece of streamed.textStream) text += piece;
    expect(text).toBe('ab');
    expect(await streamed.reasoningText).toBe('thinking');
    expect(await streamed.usage).toEqual(whole.usage);
    expect(whole.usage.outputTokens).toBeGreaterThan(0);
  });

  it('runs tools, whole and streamed', async () => {
    const options = {
      model: model(),
      maxOutputTokens: 500,
      prompt: 'Call get_weather.',
      tools,
      stopWhen: stepCountIs(3),
    };
    const whole = await generateText(options);
    expect(whole.steps[0]!.toolResults[0]!.output).toMatch(/^Rain in /);
    expect(whole.text).toContain('emulator');
    const streamed = streamText(options);
    await streamed.consumeStream();
    expect((await streamed.steps)[0]!.toolResults[0]!.output).toMatch(/^Rain in /);
    expect(await streamed.text).toBe(whole.text);
  });

  it('generates objects', async () => {
    const schema = z.object({ city: z.string(), degrees: z.number() });
    const { output } = await generateText({
      model: model(),
      maxOutputTokens: 500,
      output: Output.object({ schema }),
      prompt: 'The weather?',
    });
    expect(output).toEqual({ city: expect.any(String), degrees: 1 });
  });

  it('sends images', async () => {
    await generateText({
      model: model(),
      maxOutputTokens: 500,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', image: 'AA==', mediaType: 'image/png' },
          ],
        },
      ],
    });
    const { messages } = service.emulator.requests().at(-1)!.body as { messages: { content: unknown }[] };
    expect(messages[0]!.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    ]);
  });

  it('understands errors, before a stream and in it', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    const options = { model: model(), maxOutputTokens: 500, prompt: 'x', maxRetries: 0 };
    const failure: unknown = await generateText(options).catch((error: unknown) => error);
    expect(APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ statusCode: 502, message: expect.stringContaining('refused the key') });
    service.emulator.always(LLAMA, { kind: 'error-chunk', after: 2, code: 502 });
    const errors: unknown[] = [];
    const result = streamText({ ...options, onError: ({ error }) => void errors.push(error) });
    await result.consumeStream();
    expect(errors).toHaveLength(1);
  });
});
