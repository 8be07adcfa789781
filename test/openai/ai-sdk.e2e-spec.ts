import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import { AiSdkDoor } from '../support/ai-sdk.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('The Vercel AI SDK with its OpenAI-compatible provider', () => {
  const door = new AiSdkDoor((url) =>
    createOpenAICompatible({
      name: 'parley',
      baseURL: `${url}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })('llama'),
  );
  door.itHolds();

  it('generates text', async () => {
    const { text, usage, finishReason, response } = await generateText({
      model: door.model(),
      prompt: 'Say hello.',
    });
    expect(text).toContain('Say hello.');
    expect(usage.outputTokens).toBeGreaterThan(0);
    expect(finishReason).toBe('stop');
    expect(response.id).toMatch(/^chatcmpl-/);
  });

  it('streams text, reasoning and usage', async () => {
    door.service.emulator.script(LLAMA, [
      { kind: 'normal', answer: { pieces: ['a', 'b'], reasoning: ['think', 'ing'] } },
    ]);
    const result = streamText({ model: door.model(), prompt: 'Say hello.' });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    expect(text).toBe('ab');
    expect(await result.reasoningText).toBe('thinking');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it('has the usage of a stream that it did not ask for', async () => {
    const plain = createOpenAICompatible({ name: 'parley', baseURL: `${door.service.url}/v1` })('llama');
    const result = streamText({ model: plain, prompt: 'Say hello.' });
    await result.consumeStream();
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
    expect(await result.finishReason).toBe('stop');
  });
});
