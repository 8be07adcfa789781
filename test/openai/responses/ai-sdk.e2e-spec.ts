import { createOpenAI } from '@ai-sdk/openai';
import { generateText, type ModelMessage, stepCountIs, streamText } from 'ai';
import { AiSdkDoor, weatherTools } from '../../support/ai-sdk.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('The Vercel AI SDK with its OpenAI provider, whose default is the Responses API', () => {
  const door = new AiSdkDoor((url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' })('llama'));
  door.itHolds();

  it('generates text', async () => {
    const { text, usage, finishReason, response, warnings } = await generateText({
      model: door.model(),
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
    door.service.emulator.script(LLAMA, [
      { kind: 'normal', answer: { pieces: ['a', 'b'], reasoning: ['think', 'ing'] } },
    ]);
    const result = streamText({ model: door.model(), prompt: 'Say hello.' });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    expect(text).toBe('ab');
    expect(await result.reasoningText).toBe('thinking');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
    expect(await result.finishReason).toBe('stop');
  });

  it('says that a limit cut the answer', async () => {
    const options = { model: door.model(), prompt: 'Say hello.', maxOutputTokens: 2 };
    expect((await generateText(options)).finishReason).toBe('length');
    expect(await streamText(options).finishReason).toBe('length');
  });

  it('goes on with a conversation by references to what was said, as it does by default', async () => {
    door.service.emulator.script(LLAMA, [
      { kind: 'normal', answer: { pieces: ['It is ', 'A.'], reasoning: ['Hm.'] } },
      { kind: 'normal' },
      { kind: 'normal', answer: { pieces: ['Rain.'] } },
    ]);
    const messages: ModelMessage[] = [{ role: 'user', content: 'What is it?' }];
    const ask = async (content: string) => {
      messages.push({ role: 'user', content });
      const options = { model: door.model(), tools: weatherTools, stopWhen: stepCountIs(3) };
      messages.push(...(await generateText({ ...options, messages })).response.messages);
    };
    await ask('Say it.');
    await ask('Call get_weather.');
    await ask('And now?');
    const { messages: sent } = door.service.emulator.requests().at(-1)!.body as { messages: object[] };
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
});
