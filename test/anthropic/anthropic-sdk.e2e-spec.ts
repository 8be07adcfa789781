import Anthropic from '@anthropic-ai/sdk';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HELLO = {
  model: 'llama',
  max_tokens: 200,
  messages: [{ role: 'user' as const, content: 'Say hello.' }],
};
const WEATHER: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
};
const ASK_WEATHER = {
  ...HELLO,
  messages: [{ role: 'user' as const, content: 'Call get_weather.' }],
  tools: [WEATHER],
};

describe('The official Anthropic SDK', () => {
  let service: TestApp;
  let client: Anthropic;

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1' } });
    client = new Anthropic({ baseURL: service.url, apiKey: 'any', fetch });
  });

  beforeEach(() => {
    service.emulator.reset();
    service.emulator.configure({ chunkMs: 0 });
  });

  afterAll(() => service.stop());

  const forwarded = () => service.emulator.requests().at(-1)!.body as Record<string, unknown>;

  it('creates a message', async () => {
    const { data, request_id: requestId } = await client.messages.create(HELLO).withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'llama',
      stop_reason: 'end_turn',
    });
    expect(data.content).toEqual([{ type: 'text', text: expect.stringContaining('Say hello.') }]);
    expect(data.id).toBe(`msg_${requestId}`);
    expect(data.usage.output_tokens).toBeGreaterThan(0);
    expect((await service.rows()).at(-1)).toMatchObject({
      id: requestId,
      status: 'ok',
      prompt: 'Say hello.',
      prompt_tokens: String(data.usage.input_tokens),
    });
  });

  it('streams one, and its helper makes of it what the whole reply is', async () => {
    const whole = await client.messages.create(HELLO);
    const stream = client.messages.stream(HELLO);
    const pieces: string[] = [];
    stream.on('text', (text) => pieces.push(text));
    const message = await stream.finalMessage();
    expect(message).toMatchObject({ ...whole, id: expect.stringMatching(/^msg_/) as string });
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe((whole.content[0] as Anthropic.TextBlock).text);
  });

  it('shows what the model thought', async () => {
    const answer = { pieces: ['a', 'b'], reasoning: ['think', 'ing'] };
    service.emulator.answer('*', answer);
    const content = [
      { type: 'thinking', thinking: 'thinking', signature: '' },
      { type: 'text', text: 'ab' },
    ];
    const fields = { ...HELLO, thinking: { type: 'enabled' as const, budget_tokens: 1024 } };
    expect((await client.messages.create(fields)).content).toEqual(content);
    expect(forwarded().reasoning).toEqual({ max_tokens: 1024 });
    expect((await client.messages.stream(fields).finalMessage()).content).toEqual(content);
  });

  it('calls tools, whole and streamed, and sends back their results', async () => {
    const whole = await client.messages.create(ASK_WEATHER);
    const streamed = await client.messages.stream(ASK_WEATHER).finalMessage();
    expect(whole.stop_reason).toBe('tool_use');
    expect(streamed.content).toEqual(whole.content);
    const call = whole.content.find((block) => block.type === 'tool_use')!;
    expect(call).toMatchObject({ name: 'get_weather', input: { city: expect.any(String) as string } });
    const end = await client.messages.create({
      ...ASK_WEATHER,
      messages: [
        ...ASK_WEATHER.messages,
        { role: 'assistant', content: whole.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Rain.' }] },
      ],
    });
    expect(end.stop_reason).toBe('end_turn');
    expect(forwarded().messages).toEqual([
      { role: 'user', content: 'Call get_weather.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.input) },
          },
        ],
      },
      { role: 'tool', tool_call_id: call.id, content: 'Rain.' },
    ]);
  });

  it('runs tools by itself', async () => {
    const run = jest.fn(() => 'Rain.');
    const { input_schema: inputSchema, ...rest } = WEATHER;
    const tool = { ...rest, input_schema: inputSchema, run, parse: (input: unknown) => input };
    const message = await client.beta.messages.toolRunner({ ...ASK_WEATHER, tools: [tool] });
    expect(run).toHaveBeenCalledTimes(1);
    expect(message.stop_reason).toBe('end_turn');
  });

  it('throws its own classes of errors', async () => {
    const failure = (body: object) =>
      client.messages.create({ ...HELLO, ...body }).catch((error: unknown) => error);
    expect(await failure({ model: 'claude' })).toBeInstanceOf(Anthropic.NotFoundError);
    const bad = await failure({ temperature: 9 });
    expect(bad).toBeInstanceOf(Anthropic.BadRequestError);
    expect(bad).toMatchObject({ type: 'invalid_request_error', requestID: expect.any(String) as string });
    service.emulator.script(LLAMA, [{ kind: 'status', status: 403, metadata: { reasons: ['x'] } }]);
    expect(await failure({})).toBeInstanceOf(Anthropic.PermissionDeniedError);
    const counting = await client.messages.countTokens(HELLO).catch((error: unknown) => error);
    expect(counting).toMatchObject({
      status: 404,
      message: expect.stringContaining('not counted') as string,
    });
  });

  it('obeys x-should-retry and Retry-After', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    await expect(client.messages.create(HELLO)).rejects.toBeInstanceOf(Anthropic.InternalServerError);
    expect(service.emulator.stats().total.requests).toBe(1);
    service.emulator.reset();
    service.emulator.script(LLAMA, [{ kind: 'status', status: 429, retryAfter: 1 }]);
    expect((await client.messages.create(HELLO)).stop_reason).toBe('end_turn');
    expect(service.emulator.stats().total.requests).toBe(2);
  });

  it('U29: throws in the middle of a stream that fails, and never takes it for complete', async () => {
    service.emulator.script(LLAMA, [{ kind: 'cut', at: 3 }]);
    const stream = client.messages.stream(HELLO);
    const types: string[] = [];
    stream.on('streamEvent', ({ type }) => types.push(type));
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error' });
    expect(types).toContain('content_block_delta');
    expect(types).not.toContain('message_stop');
    expect((await service.rows()).at(-1)).toMatchObject({ status: 'error', error: 'upstream_truncated' });
  });

  it('aborts, which frees the upstream', async () => {
    service.emulator.configure({ chunkMs: 50 });
    const stream = await client.messages.create({ ...HELLO, stream: true });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    await until('the upstream is released', () => service.emulator.stats().total.open === 0, 1_000);
    await until('its row is written', async () => (await service.rows()).at(-1)?.status === 'client_closed');
  });
});
