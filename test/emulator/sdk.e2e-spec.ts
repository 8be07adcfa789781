import { OpenRouter } from '@openrouter/sdk';
import { Emulator } from '../../src/emulator/emulator.js';
import { exchange } from '../support/plain-http.js';
import { until } from '../support/until.js';

const llama = 'meta-llama/llama-3.1-8b-instruct';
const ministral = 'mistralai/ministral-8b-2512';
const messages = [{ role: 'user' as const, content: 'Tell me about parleys' }];
const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };

// @openrouter/sdk checks every reply against the schemas of OpenRouter's own openapi.yaml.
describe("OpenRouter's own SDK", () => {
  let emulator: Emulator;
  let client: OpenRouter;

  beforeAll(async () => {
    emulator = await Emulator.start({ generationMisses: 0 });
    client = new OpenRouter({ apiKey: 'test', serverURL: emulator.url, retryConfig: { strategy: 'none' } });
  });
  afterEach(() => {
    emulator.reset();
  });
  afterAll(async () => {
    await emulator.close();
  });

  const chat = async (fields: object = {}) => {
    const reply = await client.chat.send({
      chatRequest: { model: llama, messages, ...fields, stream: false },
    });
    if (!('choices' in reply)) throw new Error('It streams');
    return reply;
  };
  const stream = async () => {
    const reply = await client.chat.send({ chatRequest: { model: llama, messages, stream: true } });
    if ('choices' in reply) throw new Error('It does not stream');
    const chunks = [];
    for await (const chunk of reply) chunks.push(chunk);
    return chunks;
  };
  const bill = async (id: string) => (await client.generations.getGeneration({ id })).data;

  it('takes a chat, tools and logprobs included', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const plain = await chat({ logprobs: true, topLogprobs: 2 });
    expect(plain.choices[0]?.message.content).toContain('Tell me about parleys');
    expect(plain.choices[0]?.logprobs?.content?.length).toBeGreaterThan(5);
    const called = await chat({ tools, toolChoice: 'required' });
    expect(called.choices[0]?.message.toolCalls?.[0]?.function.name).toBe('get_weather');
  });

  it.each(['empty-choices', 'empty-delta'] as const)(
    'takes a stream with its usage: %s',
    async (usageShape) => {
      emulator.configure({ usageShape });
      emulator.answer(llama, { reasoning: ['Hm'], pieces: ['one', ' two'] });
      const chunks = await stream();
      emulator.configure({ usageShape: 'empty-choices' });
      expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two');
      expect(chunks.at(-1)?.usage).toMatchObject({ completionTokens: 3, cost: expect.any(Number) });
    },
  );

  it('takes an error in the middle of a stream', async () => {
    emulator.script(llama, [{ kind: 'error-chunk', after: 1 }]);
    expect((await stream()).at(-1)?.error?.code).toBe(502);
  });

  it('reads the errors', async () => {
    emulator.script(llama, [{ kind: 'status', status: 429 }]);
    await expect(chat()).rejects.toMatchObject({ statusCode: 429, error: { code: 429 } });
    emulator.model(llama, { retired: true });
    await expect(chat()).rejects.toMatchObject({ statusCode: 400 });
  });

  it('reads the list of models', async () => {
    emulator.model('some/new-model', {
      promptPrice: '-1',
      contextLength: null,
      expirationDate: '2027-01-01',
    });
    const page = await client.models.list();
    const { data, links, totalCount } = page.result;
    expect(data).toHaveLength(totalCount);
    expect(links.next).toBeNull();
    expect(data.find(({ id }) => id === llama)).toMatchObject({
      pricing: { prompt: '0.00000002', completion: '0.00000004' },
      contextLength: 131_072,
      topProvider: { maxCompletionTokens: 16_384 },
    });
    expect(data.find(({ id }) => id === 'some/new-model')).toMatchObject({
      pricing: { prompt: '-1' },
      contextLength: null,
      expirationDate: '2027-01-01',
    });
  });

  it('reads the key, before and after spending', async () => {
    const key = async () => (await client.apiKeys.getCurrentKeyMetadata()).data;
    expect(await key()).toMatchObject({ limit: null, limitRemaining: null, usage: 0, workspaceId: null });
    emulator.key({ limit: 1 });
    const { usage } = await chat();
    expect(await key()).toMatchObject({ usage: usage?.cost, limitRemaining: 1 - (usage?.cost ?? 0) });
    emulator.key({ limit_remaining: 0 });
    await expect(chat()).rejects.toMatchObject({ statusCode: 402 });
    emulator.key({ refused: true });
    await expect(key()).rejects.toMatchObject({ statusCode: 401 });
  });

  it('embeds, as floats and base64', async () => {
    const embed = (fields: object) =>
      client.embeddings.generate({
        requestBody: { model: 'some/embedder', input: ['a', 'b', 'a'], ...fields },
      });
    const floats = await embed({ dimensions: 3 });
    const packed = await embed({ dimensions: 3, encodingFormat: 'base64' });
    if (typeof floats === 'string' || typeof packed === 'string') throw new Error('no JSON');
    const [a, b, again] = floats.data.map(({ embedding }) => embedding as number[]);
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    expect(Math.hypot(...(a ?? []))).toBeCloseTo(1, 6);
    const bytes = Buffer.from(packed.data[0]?.embedding as string, 'base64');
    expect([0, 4, 8].map((offset) => bytes.readFloatLE(offset))).toEqual(a);
    expect(floats.usage).toMatchObject({ promptTokens: 3, totalTokens: 3, cost: 0 });
    expect(floats.id).toBeDefined();
    expect(await bill(floats.id ?? '')).toMatchObject({ apiType: 'embeddings', totalCost: 0 });
  });

  describe('reads the bill of a generation', () => {
    it('that ended', async () => {
      const { id, usage } = await chat();
      expect(await bill(id)).toMatchObject({
        apiType: 'completions',
        totalCost: usage?.cost,
        tokensPrompt: usage?.promptTokens,
        tokensCompletion: usage?.completionTokens,
        cancelled: false,
        finishReason: 'stop',
        providerResponses: [{ providerName: 'DeepInfra', status: 200 }],
      });
    });

    it.each([
      [llama, 2, 'only for what was made, at a provider that stops'],
      [ministral, 4, 'for all of it, at one that does not'],
    ])('that was cut short, of %s: %d tokens, %s', async (model, tokens) => {
      emulator.answer(model, { pieces: ['one', ' two', ' three', ' four'] });
      emulator.script(model, [{ kind: 'stall', at: 2 }]);
      const reply = await exchange(`${emulator.url}/chat/completions`, {
        headers,
        body: { model, messages, stream: true },
        leaveWhen: (text) => text.includes(' two'),
      });
      await until('it is noticed', () => emulator.stats().total.open === 0);
      const { totalCost, tokensCompletion, cancelled } = await bill(String(reply.headers['x-generation-id']));
      expect({ tokensCompletion, cancelled }).toEqual({ tokensCompletion: tokens, cancelled: true });
      const prices = { [llama]: [0.02e-6, 0.04e-6], [ministral]: [0.15e-6, 0.15e-6] }[model] ?? [];
      expect(totalCost).toBeCloseTo(4 * (prices[0] ?? 0) + tokens * (prices[1] ?? 0), 12);
    });

    it('that nobody waited for: all of it, as only streams can be cancelled', async () => {
      emulator.answer(llama, { pieces: ['one', ' two', ' three', ' four'] });
      emulator.script(llama, [{ kind: 'stall', at: 1 }]);
      const reply = await exchange(`${emulator.url}/chat/completions`, {
        headers,
        body: { model: llama, messages },
        leaveWhen: (text) => text.includes('{'),
      });
      await until('it is noticed', () => emulator.stats().total.open === 0);
      const { tokensCompletion, cancelled } = await bill(String(reply.headers['x-generation-id']));
      expect({ tokensCompletion, cancelled }).toEqual({ tokensCompletion: 4, cancelled: true });
    });

    it('that the model ended with an error: nothing', async () => {
      emulator.script(llama, [{ kind: 'error-chunk', after: 2 }]);
      const { id } = await chat();
      expect(await bill(id)).toMatchObject({ totalCost: 0 });
    });

    it("with a cost of the test's own, which the reply does not tell", async () => {
      emulator.answer(llama, { text: 'Yes', cost: 0.5 });
      expect(await bill((await chat()).id)).toMatchObject({ totalCost: 0.5 });
      emulator.answer(llama, { text: 'Yes', cost: null });
      const { id, usage } = await chat();
      expect(usage).not.toHaveProperty('cost');
      expect((await bill(id)).totalCost).toBeGreaterThan(0);
    });

    it('not before the delay is over', async () => {
      emulator.configure({ generationDelayMs: 60_000 });
      const { id } = await chat();
      await expect(bill(id)).rejects.toMatchObject({ statusCode: 404 });
      emulator.configure({ generationDelayMs: 0 });
      expect(await bill(id)).toMatchObject({ id });
    });
  });
});
