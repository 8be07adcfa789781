import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HELLO = { model: 'llama', messages: [{ role: 'user' as const, content: 'Say hello.' }] };
const WEATHER: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};
const ASK_WEATHER = {
  model: 'llama',
  messages: [{ role: 'user' as const, content: 'Call get_weather.' }],
  tools: [WEATHER],
};

describe('The official openai SDK', () => {
  let service: TestApp;
  let client: OpenAI;

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
    client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any', fetch });
  });

  beforeEach(() => {
    service.emulator.reset();
    service.emulator.configure({ chunkMs: 0 });
  });

  afterAll(() => service.stop());

  const upstreamRequests = () => service.emulator.stats().total.requests;

  it('creates a completion', async () => {
    const { data, request_id: requestId } = await client.chat.completions.create(HELLO).withResponse();
    expect(data.choices[0]!.message.content).toContain('Say hello.');
    expect(data.id).toBe(`chatcmpl-${requestId}`);
    expect(data.usage!.total_tokens).toBeGreaterThan(0);
  });

  it('streams one, with usage', async () => {
    const stream = await client.chat.completions.create({
      ...HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage;
    }
    const whole = await client.chat.completions.create(HELLO);
    expect(text).toBe(whole.choices[0]!.message.content);
    expect(usage!.completion_tokens).toBe(whole.usage!.completion_tokens);
  });

  it('collects a stream with its helper', async () => {
    const stream = client.chat.completions.stream({ ...HELLO, logprobs: true, top_logprobs: 1 });
    const pieces: string[] = [];
    stream.on('content.delta', ({ delta }) => pieces.push(delta));
    const content = await stream.finalContent();
    const whole = await client.chat.completions.create(HELLO);
    expect(content).toBe(whole.choices[0]!.message.content);
    expect(pieces.join('')).toBe(content);
    expect((await stream.finalChatCompletion()).choices[0]!.logprobs!.content!.length).toBeGreaterThan(0);
  });

  it('calls tools, whole and streamed, and sends back their results', async () => {
    const whole = await client.chat.completions.create(ASK_WEATHER);
    const streamed = await client.chat.completions.stream(ASK_WEATHER).finalMessage();
    const call = whole.choices[0]!.message.tool_calls![0]!;
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather' } });
    expect(streamed.tool_calls).toMatchObject(whole.choices[0]!.message.tool_calls!);
    const end = await client.chat.completions.create({
      ...ASK_WEATHER,
      messages: [
        ...ASK_WEATHER.messages,
        whole.choices[0]!.message,
        { role: 'tool', tool_call_id: call.id, content: 'Rain.' },
      ],
    });
    expect(end.choices[0]!.finish_reason).toBe('stop');
  });

  it('calls functions, which tools replaced, whole and streamed', async () => {
    // Deprecated, and what older programs still send.
    const asked = { ...HELLO, functions: [WEATHER.function], function_call: { name: 'get_weather' } };
    const whole = await client.chat.completions.create(asked);
    expect(whole.choices[0]!.finish_reason).toBe('function_call');
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const call = whole.choices[0]!.message.function_call!;
    expect(call.name).toBe('get_weather');
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    expect(streamed.choices[0]!.message.function_call).toEqual(call);
  });

  it('runs tools by itself', async () => {
    const runner = client.chat.completions.runTools({
      ...ASK_WEATHER,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse as (text: string) => { city: string },
            function: ({ city }: { city: string }) => `Rain in ${city}.`,
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('emulator');
  });

  it('asks for JSON, and for JSON of a schema', async () => {
    const json = await client.chat.completions.create({ ...HELLO, response_format: { type: 'json_object' } });
    expect(JSON.parse(json.choices[0]!.message.content!)).toHaveProperty('answer');
    const schema = z.object({ city: z.string(), degrees: z.number() });
    const parsed = await client.chat.completions.parse({
      ...HELLO,
      response_format: zodResponseFormat(schema, 'weather'),
    });
    expect(parsed.choices[0]!.message.parsed).toEqual({ city: expect.any(String), degrees: 1 });
  });

  it('lists and finds models', async () => {
    const names: string[] = [];
    for await (const model of client.models.list()) names.push(model.id);
    expect(names).toEqual(expect.arrayContaining(['llama', 'mistral']));
    expect((await client.models.retrieve('llama')).owned_by).toBe('meta-llama');
    await expect(client.models.retrieve('gpt-5')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('throws its own classes of errors', async () => {
    const failure = (body: object) =>
      client.chat.completions.create({ ...HELLO, ...body }).catch((error: unknown) => error);
    expect(await failure({ model: 'gpt-5' })).toBeInstanceOf(OpenAI.NotFoundError);
    const bad = await failure({ temperature: 9 });
    expect(bad).toBeInstanceOf(OpenAI.BadRequestError);
    expect(bad).toMatchObject({
      param: 'temperature',
      type: 'invalid_request_error',
      code: 'invalid_request',
    });
    service.emulator.script(LLAMA, [{ kind: 'status', status: 403, metadata: { reasons: ['x'] } }]);
    expect(await failure({})).toBeInstanceOf(OpenAI.PermissionDeniedError);
  });

  it('obeys x-should-retry: an error that a repeat does not help is asked for once', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    await expect(client.chat.completions.create(HELLO)).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(upstreamRequests()).toBe(1);
  });

  it('obeys Retry-After, and succeeds', async () => {
    service.emulator.script(LLAMA, [{ kind: 'status', status: 429, retryAfter: 1 }]);
    const start = performance.now();
    const { response } = await client.chat.completions.create(HELLO).withResponse();
    expect(response.status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(upstreamRequests()).toBe(2);
  });

  it('throws in the middle of a stream that fails', async () => {
    service.emulator.script(LLAMA, [{ kind: 'error-chunk', after: 2, code: 502 }]);
    const stream = await client.chat.completions.create({ ...HELLO, stream: true });
    let text = '';
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    })();
    await expect(reading).rejects.toMatchObject({
      code: expect.stringMatching(/^upstream_/),
      type: 'api_error',
    });
    expect(text).not.toBe('');
  });

  it('aborts, which frees the upstream', async () => {
    service.emulator.configure({ chunkMs: 50 });
    const stream = await client.chat.completions.create({ ...HELLO, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await until('the upstream is released', () => service.emulator.stats().total.open === 0, 500);
    await until('its row is written', async () => (await service.rows()).at(-1)?.status === 'client_closed');
  });
});
