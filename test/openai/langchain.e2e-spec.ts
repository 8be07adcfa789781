import { type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { TestApp } from '../support/test-app.js';

const weather = tool(({ city }) => `Rain in ${city}.`, {
  name: 'get_weather',
  description: 'The weather',
  schema: z.object({ city: z.string() }),
});

describe("LangChain's ChatOpenAI", () => {
  let service: TestApp;
  const chat = (fields: object = {}) =>
    new ChatOpenAI({
      model: 'llama',
      apiKey: 'any',
      configuration: { baseURL: `${service.url}/v1`, fetch },
      ...fields,
    });

  beforeAll(async () => {
    service = await TestApp.start();
  });

  afterAll(() => service.stop());

  it('invokes', async () => {
    const reply = await chat({ temperature: 0.5, maxTokens: 20, stop: ['§'] }).invoke('Say hello.');
    expect(reply.text).toContain('Parley');
    expect(reply.usage_metadata!.total_tokens).toBeGreaterThan(0);
    expect(reply.response_metadata).toMatchObject({ model_name: 'llama', finish_reason: 'length' });
  });

  it('streams, with usage', async () => {
    let text = '';
    let tokens = 0;
    for await (const chunk of await chat().stream('Say hello.')) {
      text += chunk.text;
      tokens = chunk.usage_metadata?.total_tokens ?? tokens;
    }
    expect(text).toBe((await chat().invoke('Say hello.')).text);
    expect(tokens).toBeGreaterThan(0);
  });

  it('streams without having asked for the usage', async () => {
    let text = '';
    let reason: unknown;
    for await (const chunk of await chat({ streamUsage: false }).stream('Say hello.')) {
      text += chunk.text;
      reason = chunk.response_metadata.finish_reason ?? reason;
    }
    expect(text).toBe((await chat().invoke('Say hello.')).text);
    expect(reason).toBe('stop');
  });

  it('calls tools, whole and streamed, and sends back their results', async () => {
    const bound = chat().bindTools([weather]);
    const question = new HumanMessage('Call get_weather.');
    const reply = await bound.invoke([question]);
    expect(reply.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: expect.any(String) } }]);
    let streamed: AIMessageChunk | undefined;
    for await (const chunk of await bound.stream([question])) streamed = streamed?.concat(chunk) ?? chunk;
    expect(streamed!.tool_calls).toMatchObject(reply.tool_calls!);
    const result = await weather.invoke(reply.tool_calls![0]!);
    expect((await bound.invoke([question, reply, result])).text).toContain('emulator');
  });

  it('gives structured output, by schema and by tool', async () => {
    const schema = z.object({ city: z.string(), degrees: z.number() });
    for (const method of ['jsonSchema', 'functionCalling'] as const) {
      const structured = chat().withStructuredOutput(schema, { method, name: 'weather' });
      expect(await structured.invoke('The weather?')).toEqual({ city: expect.any(String), degrees: 1 });
    }
  });

  it('understands errors', async () => {
    await expect(chat({ model: 'gpt-5', maxRetries: 0 }).invoke('x')).rejects.toMatchObject({ status: 404 });
  });
});
