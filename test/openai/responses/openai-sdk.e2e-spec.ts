import OpenAI from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HELLO = { model: 'llama', input: 'Say hello.' };
const WEATHER: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const ASK_WEATHER = { model: 'llama', input: 'Call get_weather.', tools: [WEATHER] };

describe('The official openai SDK at /v1/responses', () => {
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

  it('creates a response', async () => {
    const { data, request_id: requestId } = await client.responses.create(HELLO).withResponse();
    expect(data.output_text).toContain('Say hello.');
    expect(data.id).toBe(`resp_${requestId}`);
    expect(data.usage!.total_tokens).toBeGreaterThan(0);
  });

  it('streams one', async () => {
    const stream = await client.responses.create({ ...HELLO, stream: true });
    let text = '';
    let response: OpenAI.Responses.Response | undefined;
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') response = event.response;
    }
    const whole = await client.responses.create(HELLO);
    expect(text).toBe(whole.output_text);
    expect(response!.usage).toEqual(whole.usage);
  });

  it('collects a stream with its helper: what its events make up is what the last one says', async () => {
    service.emulator.always(LLAMA, {
      kind: 'normal',
      answer: { pieces: ['a', 'b'], reasoning: ['think', 'ing'] },
    });
    const stream = client.responses.stream({ ...HELLO, top_logprobs: 1 });
    const texts: string[] = [];
    stream.on('response.output_text.delta', ({ snapshot }) => texts.push(snapshot));
    const final = await stream.finalResponse();
    expect(texts).toEqual(['a', 'ab']);
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    expect(final.output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'thinking' }] });
    const whole = await client.responses.create({ ...HELLO, top_logprobs: 1 });
    expect(final.output_text).toBe(whole.output_text);
  });

  it('calls functions, whole and streamed, and sends back their outputs', async () => {
    const whole = await client.responses.create(ASK_WEATHER);
    const streamed = await client.responses.stream(ASK_WEATHER).finalResponse();
    const call = whole.output[0] as OpenAI.Responses.ResponseFunctionToolCall;
    expect(call).toMatchObject({ type: 'function_call', name: 'get_weather', status: 'completed' });
    expect(JSON.parse(call.arguments)).toEqual({ city: expect.any(String) });
    expect(streamed.output[0]).toMatchObject({ call_id: call.call_id, arguments: call.arguments });
    const end = await client.responses.create({
      ...ASK_WEATHER,
      input: [
        { role: 'user', content: ASK_WEATHER.input },
        call,
        { type: 'function_call_output', call_id: call.call_id, output: 'Rain.' },
      ],
    });
    expect(end.status).toBe('completed');
    expect(end.output_text).toContain('emulator');
    expect(service.emulator.requests().at(-1)!.body).toMatchObject({
      messages: [
        { role: 'user', content: ASK_WEATHER.input },
        { role: 'assistant', content: null, tool_calls: [{ id: call.call_id }] },
        { role: 'tool', tool_call_id: call.call_id, content: 'Rain.' },
      ],
    });
  });

  it('parses JSON of a schema and the arguments of functions with zod', async () => {
    const schema = z.object({ city: z.string(), degrees: z.number() });
    const format = { ...HELLO, text: { format: zodTextFormat(schema, 'weather') } };
    const parsed = await client.responses.parse(format);
    expect(parsed.output_parsed).toEqual({ city: expect.any(String), degrees: 1 });
    expect((await client.responses.stream(format).finalResponse()).output_parsed).toEqual(
      parsed.output_parsed,
    );
    const tool = zodResponsesFunction({ name: 'get_weather', parameters: z.object({ city: z.string() }) });
    const { output } = await client.responses.parse({ ...ASK_WEATHER, tools: [tool] });
    expect(output[0]).toMatchObject({ parsed_arguments: { city: expect.any(String) } });
  });

  // codex-cli 0.169.0 sends its own tools for agents and those of each MCP server so; the answer names both, as
  // ResponseFunctionToolCall of openai/resources/responses has it.
  it('calls tools of namespaces, whole and streamed', async () => {
    const long = 'a_very_long_name_of_a_tool_that_one_of_the_servers_has_now';
    const fields = {
      model: 'llama',
      input: 'Use crm__find.',
      tools: [
        {
          type: 'namespace' as const,
          name: 'crm',
          description: 'Customers.',
          tools: [
            {
              type: 'function' as const,
              name: 'find',
              description: 'Finds.',
              parameters: { type: 'object' },
            },
            { type: 'custom' as const, name: 'note' },
            { type: 'function' as const, name: `${long}_1` },
            { type: 'function' as const, name: `${long}_2` },
          ],
        },
      ],
    };
    const { output } = await client.responses.create(fields);
    expect(output[0]).toMatchObject({ type: 'function_call', namespace: 'crm', name: 'find' });
    const streamed = await client.responses.stream(fields).finalResponse();
    expect(streamed.output[0]).toMatchObject({ type: 'function_call', namespace: 'crm', name: 'find' });
    const custom = await client.responses.create({ ...fields, input: 'Use crm__note.' });
    expect(custom.output[0]).toMatchObject({ type: 'custom_tool_call', namespace: 'crm', name: 'note' });

    const call = output[0] as OpenAI.Responses.ResponseFunctionToolCall;
    await client.responses.create({
      ...fields,
      input: [call, { type: 'function_call_output', call_id: call.call_id, output: '1' }],
      tool_choice: { type: 'function', name: 'find', namespace: 'crm' } as never,
    });
    const sent = service.emulator.requests().at(-1)!.body as { tools: { function: { name: string } }[] };
    expect(sent).toMatchObject({
      messages: [{ tool_calls: [{ function: { name: 'crm__find' } }] }, { content: '1' }],
      tool_choice: { function: { name: 'crm__find' } },
    });
    expect(sent.tools[0]).toMatchObject({ function: { description: 'Customers.\n\nFinds.' } });
    const names = sent.tools.map(({ function: { name } }) => name);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  it('calls custom tools, whole and streamed', async () => {
    const fields = {
      model: 'llama',
      input: 'Use run_sql.',
      tools: [{ type: 'custom' as const, name: 'run_sql', description: 'Runs SQL.' }],
    };
    const { output } = await client.responses.create(fields);
    expect(output[0]).toMatchObject({ type: 'custom_tool_call', name: 'run_sql', input: 'Use run_sql.' });
    const streamed = await client.responses.stream(fields).finalResponse();
    expect(streamed.output[0]).toMatchObject({ type: 'custom_tool_call', input: 'Use run_sql.' });
    const call = output[0] as OpenAI.Responses.ResponseCustomToolCall;
    await client.responses.create({
      ...fields,
      input: [call, { type: 'custom_tool_call_output', call_id: call.call_id, output: '1' }],
    });
    expect(service.emulator.requests().at(-1)!.body).toMatchObject({
      messages: [
        { tool_calls: [{ function: { name: 'run_sql', arguments: '{"input":"Use run_sql."}' } }] },
        { role: 'tool', tool_call_id: call.call_id, content: '1' },
      ],
    });
  });

  it('throws its own classes of errors', async () => {
    const failure = (body: object) =>
      client.responses.create({ ...HELLO, ...body }).catch((error: unknown) => error);
    expect(await failure({ model: 'gpt-5' })).toBeInstanceOf(OpenAI.NotFoundError);
    const bad = await failure({ previous_response_id: 'resp_1' });
    expect(bad).toBeInstanceOf(OpenAI.BadRequestError);
    expect(bad).toMatchObject({ param: 'previous_response_id', type: 'invalid_request_error' });
  });

  it('throws in the middle of a stream that fails', async () => {
    service.emulator.script(LLAMA, [{ kind: 'error-chunk', after: 2, code: 502 }]);
    const stream = await client.responses.create({ ...HELLO, stream: true });
    let text = '';
    const reading = (async () => {
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
    })();
    await expect(reading).rejects.toMatchObject({
      code: expect.stringMatching(/^upstream_/),
      type: 'api_error',
    });
    expect(text).not.toBe('');
  });

  it('aborts, which frees the upstream', async () => {
    service.emulator.configure({ chunkMs: 50 });
    const stream = await client.responses.create({ ...HELLO, stream: true });
    for await (const event of stream) if (event.type === 'response.output_text.delta') break;
    await until('the upstream is released', () => service.emulator.stats().total.open === 0);
    await until('its row is written', async () => (await service.rows()).at(-1)?.status === 'client_closed');
  });
});
