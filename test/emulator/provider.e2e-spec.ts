import OpenAI from 'openai';
import { Emulator } from '../../src/emulator/emulator.js';
import type { Quirk } from '../../src/emulator/options.js';
import { exchange } from '../support/plain-http.js';

const model = 'qwen3:8b';
const messages = [{ role: 'user' as const, content: 'Tell me about parleys' }];

describe('The emulator speaks as OpenAI does', () => {
  let emulator: Emulator;
  let client: OpenAI;

  beforeAll(async () => {
    emulator = await Emulator.start({ provider: 'openai', apiKey: 'right', models: [model] });
    client = new OpenAI({ apiKey: 'right', baseURL: emulator.url, maxRetries: 0 });
  });
  afterEach(() => {
    emulator.reset();
    emulator.configure({ quirks: [] });
  });
  afterAll(async () => {
    await emulator.close();
  });

  const post = (body: object) =>
    exchange(`${emulator.url}/chat/completions`, {
      headers: { authorization: 'Bearer right', 'content-type': 'application/json' },
      body: { model, messages, ...body },
    });
  const quirky = async (quirk: Quirk, body: object = {}) => {
    emulator.configure({ quirks: [quirk] });
    emulator.answer(model, { reasoning: ['Hm'], pieces: ['one', ' two'] });
    const reply = await post({ stream: true, ...body });
    const events = reply.text.split('\n\n').filter((event) => event.startsWith('data: {'));
    const chunks = events.map((event) => JSON.parse(event.slice('data: '.length)) as Chunk);
    return { ...reply, chunks };
  };

  it('under /v1, without anything that only OpenRouter has', async () => {
    expect(emulator.url).toMatch(/\/v1$/);
    const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
    expect(Object.keys(data).sort()).toEqual(
      ['choices', 'created', 'id', 'model', 'object', 'system_fingerprint', 'usage'].sort(),
    );
    expect(Object.keys(data.usage ?? {})).toEqual(['prompt_tokens', 'completion_tokens', 'total_tokens']);
    expect(data.choices[0]).not.toHaveProperty('native_finish_reason');
    expect(data.choices[0]?.message).not.toHaveProperty('reasoning');
    expect(response.headers.get('x-generation-id')).toBeNull();
  });

  it('streams usage only when asked, and null beside the other chunks', async () => {
    const plain = await post({ stream: true });
    expect(plain.text).not.toContain('usage');
    expect(plain.text).not.toMatch(/^:/m);
    expect(plain.text).toMatch(/data: \[DONE\]\n\n$/);
    const stream = await client.chat.completions.create({
      ...{ model, messages, stream: true, stream_options: { include_usage: true } },
    });
    const usages = [];
    for await (const chunk of stream) usages.push(chunk.usage);
    expect(usages.slice(0, -1).every((usage) => usage === null)).toBe(true);
    expect(usages.at(-1)?.total_tokens).toBeGreaterThan(0);
  });

  it.each([
    [400, { type: 'invalid_request_error', code: null }],
    [429, { type: 'requests', code: 'rate_limit_exceeded' }],
    [500, { type: 'server_error', code: null }],
  ])('words status %d as OpenAI does', async (status, error) => {
    emulator.script(model, [{ kind: 'status', status }]);
    const failure: unknown = await client.chat.completions
      .create({ model, messages })
      .catch((e: unknown) => e);
    expect(failure).toMatchObject({ status, error: { ...error, param: null, message: expect.any(String) } });
  });

  it('refuses a model that is gone, and a key that is not its own', async () => {
    emulator.model('gone', { retired: true });
    const gone = client.chat.completions.create({ model: 'gone', messages });
    await expect(gone).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    const stranger = new OpenAI({ apiKey: 'sk-or-other', baseURL: emulator.url, maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('asks for no key if it has none, as Ollama and llama.cpp do', async () => {
    const local = await Emulator.start({ provider: 'openai' });
    expect((await exchange(`${local.url}/models`)).status).toBe(200);
    await local.close();
  });

  it('lists models, embeds, and has no more', async () => {
    const models = await client.models.list();
    expect(models.data).toEqual([expect.objectContaining({ id: model, object: 'model' })]);
    const { data, usage } = await client.embeddings.create({ model, input: ['a', 'b'], dimensions: 4 });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([4, 4]);
    expect(usage).toEqual({ prompt_tokens: 2, total_tokens: 2 });
    const headers = { authorization: 'Bearer right' };
    expect((await exchange(`${emulator.url}/key`, { headers })).status).toBe(404);
  });

  it('fails embeddings as it is told', async () => {
    emulator.script(model, [
      { kind: 'status', status: 503 },
      { kind: 'reset', at: 'before-headers' },
    ]);
    const embed = () => client.embeddings.create({ model, input: 'a' });
    await expect(embed()).rejects.toMatchObject({ status: 503 });
    await expect(embed()).rejects.toThrow('Connection error');
    await expect(client.embeddings.create({ model, input: [] })).rejects.toMatchObject({ status: 400 });
  });

  describe('with the quirks that were seen', () => {
    // ik_llama.cpp: github.com/ikawrakow/ik_llama.cpp/issues/467; llama-box: github.com/gpustack/llama-box/issues/2
    it('no-done', async () => {
      expect((await quirky('no-done')).text).not.toContain('[DONE]');
    });

    // Servers from before stream_options, such as vLLM to 0.4: github.com/vllm-project/vllm/issues/6083
    it('no-usage', async () => {
      const { text } = await quirky('no-usage', { stream_options: { include_usage: true } });
      expect(text).not.toContain('prompt_tokens');
      expect((await quirky('no-usage', { stream: false })).text).not.toContain('prompt_tokens');
    });

    // Mistral: github.com/davidmigloz/langchain_dart/pull/795; Together: recordings of llama-stack, tests/integration
    it('usage-with-finish', async () => {
      const { chunks } = await quirky('usage-with-finish');
      expect(chunks.at(-1)).toMatchObject({
        choices: [{ finish_reason: 'stop' }],
        usage: { prompt_tokens: 4 },
      });
    });

    // Groq: groq-python's ChoiceDelta, x_groq.usage on the last chunk
    it('x-groq', async () => {
      const { chunks } = await quirky('x-groq');
      expect(chunks.at(-1)).toMatchObject({ x_groq: { usage: { prompt_tokens: 4 } } });
      expect(chunks.at(-1)).not.toHaveProperty('usage');
    });

    // OpenAI: github.com/brainlid/langchain, changelog of 0.1.5, and many more
    it('strict', async () => {
      const { status, text } = await quirky('strict', { top_k: 3 });
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({
        error: { message: 'Unrecognized request argument supplied: top_k', type: 'invalid_request_error' },
      });
    });

    // Mistral: github.com/editor-code-assistant/eca/issues/231 and github.com/openai/openai-agents-python/issues/442
    it.each(['max_completion_tokens', 'stream_options', 'seed'])('forbid-extra: %s', async (name) => {
      const { status, text } = await quirky('forbid-extra', { [name]: 1 });
      expect(status).toBe(422);
      expect(JSON.parse(text)).toMatchObject({
        object: 'error',
        message: { detail: [{ type: 'extra_forbidden', loc: ['body', name], input: 1 }] },
      });
    });

    // OpenAI's o-series and GPT-5: github.com/griptape-ai/ComfyUI-Griptape/issues/312
    it('max-completion-tokens', async () => {
      const { status, text } = await quirky('max-completion-tokens', { max_tokens: 5 });
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({
        error: { param: 'max_tokens', code: 'unsupported_parameter' },
      });
      const { chunks } = await quirky('max-completion-tokens', { max_completion_tokens: 1 });
      expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'length' }] });
    });

    // DeepSeek: api-docs.deepseek.com/quick_start/rate_limit
    it('keep-alive', async () => {
      expect((await quirky('keep-alive')).text).toMatch(/^: keep-alive\n\n/);
    });

    // DeepSeek, and vLLM with a reasoning parser
    it('reasoning-content', async () => {
      const { chunks } = await quirky('reasoning-content');
      expect(chunks[1]?.choices[0]?.delta).toEqual({ content: '', reasoning_content: 'Hm' });
      const whole = await quirky('reasoning-content', { stream: false });
      expect(JSON.parse(whole.text).choices[0].message).toMatchObject({ reasoning_content: 'Hm' });
    });

    // Ollama: github.com/ollama/ollama/issues/4357
    it('empty-finish-reason', async () => {
      const { chunks } = await quirky('empty-finish-reason');
      expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual(['', '', '', '', 'stop']);
    });
  });
});

interface Chunk {
  choices: { delta: object; finish_reason: string | null }[];
}
