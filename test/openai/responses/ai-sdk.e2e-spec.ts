import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateObject,
  generateText,
  type ModelMessage,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { z } from 'zod';
import { TestApp } from '../../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('The Vercel AI SDK with its OpenAI provider, whose default is the Responses API', () => {
  let service: TestApp;
  const model = () => createOpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any' })('llama');
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

  it('generates text', async () => {
    const { text, usage, finishReason, response, warnings } = await generateText({
      model: model(),
      system: 'Be brief.',
      prompt: 'Say hello.',
    });
    expect(text).toContain('Say hello.');
    expect(usage.outputTokens).toBeGreaterThan(0);
    expect(finishReason).toBe('stop');
    expect(response.id).toMatch(/^resp_/);
    expect(warnings).toEqual([]);
  });

  it('streams text, reasoning and usage', async () => {
    service.emulator.script(LLAMA, [
      { kind: 'normal', answer: { pieces: ['a', 'b'], reasoning: ['think', 'ing'] } },
    ]);
    const result = streamText({ model: model(), prompt: 'Say hello.' });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    expect(text).toBe('ab');
    expect(await result.reasoningText).toBe('thinking');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
    expect(await result.finishReason).toBe('stop');
  });

  it('says that a limit cut the answer', async () => {
    const options = { model: model(), prompt: 'Say hello.', maxOutputTokens: 2 };
    expect((await generateText(options)).finishReason).toBe('length');
    expect(await streamText(options).finishReason).toBe('length');
  });

  it('runs tools, whole and streamed', async () => {
    const options = { model: model(), prompt: 'Call get_weather.', tools, stopWhen: stepCountIs(3) };
    const whole = await generateText(options);
    expect(whole.steps[0]!.toolResults[0]!.output).toMatch(/^Rain in /);
    expect(whole.text).toContain('emulator');
    const streamed = streamText(options);
    await streamed.consumeStream();
    expect((await streamed.steps)[0]!.toolResults[0]!.output).toMatch(/^Rain in /);
    expect(await streamed.text).toBe(whole.text);
  });

  it('goes on with a conversation by references to what was said, as it does by default', async () => {
    service.emulator.script(LLAMA, [
      { kind: 'normal', answer: { pieces: ['It is ', 'A.'], reasoning: ['Hm.'] } },
      { kind: 'normal' },
      { kind: 'normal', answer: { pieces: ['Rain.'] } },
    ]);
    const messages: ModelMessage[] = [{ role: 'user', content: 'What is it?' }];
    const ask = async (content: string) => {
      messages.push({ role: 'user', content });
      const options = { model: model(), tools, stopWhen: stepCountIs(3) };
      messages.push(...(await generateText({ ...options, messages })).response.messages);
    };
    await ask('Say it.');
    await ask('Call get_weather.');
    await ask('And now?');
    const { messages: sent } = service.emulator.requests().at(-1)!.body as { messages: object[] };
    expect(sent).toMatchObject([
      { role: 'user', content: 'What is it?' },
      { role: 'user', content: 'Say it.' },
      { role: 'assistant', content: 'It is A.' },
      { role: 'user', content: 'Call get_weather.' },
      { role: 'assistant', tool_calls: [{ function: { name: 'get_weather' } }] },
      { role: 'tool', content: expect.stringMatching(/^Rain in /) },
      { role: 'assistant', content: 'Rain.' },
      { role: 'user', content: 'And now?' },
    ]);
  });

  it('generates objects', async () => {
    const schema = z.object({ city: z.string(), degrees: z.number() });
    // Deprecated, and what most programs out there still call.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const { object } = await generateObject({ model: model(), schema, prompt: 'The weather?' });
    expect(object).toEqual({ city: expect.any(String), degrees: 1 });
    const { output } = await generateText({
      model: model(),
      output: Output.object({ schema }),
      prompt: 'The weather?',
    });
    expect(output).toEqual(object);
  });

  it('understands errors, before a stream and in it', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    const failure: unknown = await generateText({ model: model(), prompt: 'x', maxRetries: 0 }).catch(
      (error: unknown) => error,
    );
    expect(APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ statusCode: 502, message: expect.stringContaining('refused the key') });
    service.emulator.always(LLAMA, { kind: 'error-chunk', after: 2, code: 502 });
    const errors: unknown[] = [];
    const result = streamText({
      model: model(),
      prompt: 'x',
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(errors).toHaveLength(1);
    expect(await result.finishReason).toBe('error');
  });
});
