import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, streamText } from 'ai';
import { AiSdkDoor } from '../support/ai-sdk.js';

describe('The Vercel AI SDK with its Anthropic provider', () => {
  const door = new AiSdkDoor((url) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'any' })('llama'), {
    maxOutputTokens: 500,
  });
  door.itHolds();

  it('generates and streams text, reasoning and usage', async () => {
    door.service.emulator.answer('*', { pieces: ['a', 'b'], reasoning: ['think', 'ing'] });
    const options = { model: door.model(), maxOutputTokens: 500, system: 'Be brief.', prompt: 'Say hello.' };
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

  it('sends images', async () => {
    await generateText({
      model: door.model(),
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
    const { messages } = door.service.emulator.requests().at(-1)!.body as {
      messages: { content: unknown }[];
    };
    expect(messages[0]!.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    ]);
  });
});
