import { OpenRouter } from '@openrouter/sdk';
import { Catalogue } from '../../src/models/openrouter/catalogue.service.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const messages = [{ role: 'user' as const, content: 'Say hello.' }];
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  },
];

// Checks every reply and every chunk against the schemas of OpenRouter's own openapi.yaml.
describe("OpenRouter's own SDK", () => {
  let service: TestApp;
  let client: OpenRouter;
  const chat = async (fields: object = {}) => {
    const reply = await client.chat.send({
      chatRequest: { model: 'llama', messages, ...fields, stream: false },
    });
    if (!('choices' in reply)) throw new Error('It streams');
    return reply;
  };
  const stream = async (fields: object = {}) => {
    const reply = await client.chat.send({
      chatRequest: { model: 'llama', messages, ...fields, stream: true },
    });
    if ('choices' in reply) throw new Error('It does not stream');
    const chunks = [];
    for await (const chunk of reply) chunks.push(chunk);
    return chunks;
  };
  const sent = () => service.emulator.requests().at(-1)!.body;

  beforeAll(async () => {
    service = await TestApp.start({ env: { RETRY_MAX_ATTEMPTS: '1', CATALOGUE_REFRESH_MS: '3600000' } });
    await service.app.get(Catalogue, { strict: false }).whenAsked();
    client = new OpenRouter({
      apiKey: 'any',
      serverURL: `${service.url}/v1`,
      retryConfig: { strategy: 'none' },
    });
  });
  beforeEach(() => {
    service.emulator.reset();
  });
  afterAll(() => service.stop());

  it('takes a whole reply', async () => {
    const { choices, usage, systemFingerprint } = await chat();
    expect(choices[0]!.message.content).toContain('Say hello.');
    expect(usage!.totalTokens).toBeGreaterThan(0);
    expect(systemFingerprint).toBeNull();
  });

  it('takes a stream, with its usage and without having asked for it', async () => {
    const chunks = await stream();
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe((await chat()).choices[0]!.message.content);
    expect(chunks.at(-1)!.usage).toMatchObject({ totalTokens: expect.any(Number), cost: expect.any(Number) });
    expect((await stream({ streamOptions: { includeUsage: true } })).at(-1)!.usage).toBeDefined();
  });

  it('takes tool calls, whole and streamed', async () => {
    const asked = { tools, toolChoice: 'required' as const };
    const [call] = (await chat(asked)).choices[0]!.message.toolCalls!;
    expect(call!.function.name).toBe('get_weather');
    const pieces = (await stream(asked)).flatMap(({ choices }) => choices[0]?.delta.toolCalls ?? []);
    expect(pieces.map((piece) => piece.function?.arguments ?? '').join('')).toBe(call!.function.arguments);
  });

  it('has its own fields forwarded', async () => {
    await chat({
      provider: { order: ['DeepInfra'] },
      plugins: [{ id: 'web' }],
      topK: 40,
      reasoning: { effort: 'low' },
      metadata: { project: 'x' },
      sessionId: 's',
    });
    expect(sent()).toMatchObject({
      provider: { order: ['DeepInfra'] },
      plugins: [{ id: 'web' }, { id: 'context-compression', enabled: false }],
      top_k: 40,
      reasoning: { effort: 'low' },
      metadata: { project: 'x' },
      session_id: 's',
    });
  });

  it('asks one model after the other', async () => {
    service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    expect(await chat({ models: ['llama', 'mistral'] })).toMatchObject({ model: 'mistral' });
  });

  it('reads errors, with the reason of the provider', async () => {
    const body = { error: { code: 400, message: 'Invalid schema for function get_weather' } };
    service.emulator.script(LLAMA, [{ kind: 'status', status: 400, body }]);
    await expect(chat()).rejects.toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('Invalid schema for function get_weather'),
    });
  });
});
