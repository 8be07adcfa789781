import { Emulator } from '../../src/emulator/emulator.js';
import type { Quirk } from '../../src/emulator/options.js';
import { ModelRouter } from '../../src/models/model-router.service.js';
import type { ChatEvent, Message, ModelOptions } from '../../src/models/model.types.js';
import { TestApp } from '../support/test-app.js';

const NAMES = ['openai', 'groq', 'together', 'mistral', 'deepseek', 'vllm', 'llamacpp', 'ollama', 'unknown'];
const SLUG = 'a-model';

/** All that a client of OpenRouter may send. */
const EVERYTHING: ModelOptions = {
  ...{ temperature: 1, top_p: 0.5, top_k: 3, top_a: 0.1, min_p: 0.1, repetition_penalty: 1.1, seed: 7 },
  ...{ presence_penalty: 0.1, frequency_penalty: 0.2, logit_bias: { 5: 1 }, logprobs: false },
  ...{ max_tokens: 40, stop: ['END'], user: 'u', tools: [], tool_choice: 'auto', parallel_tool_calls: true },
  ...{ response_format: { type: 'text' }, metadata: { a: 'b' }, service_tier: 'auto', verbosity: 'low' },
  ...{ models: ['x/y'], provider: { order: ['z'] }, plugins: [{ id: 'web' }], usage: { include: true } },
  ...{
    reasoning: { effort: 'low' },
    prompt_cache_key: 'k',
    transforms: [],
    route: 'fallback',
    session_id: 's',
  },
};
const USUAL = [
  ...['model', 'messages', 'stream', 'stream_options', 'temperature', 'top_p', 'stop', 'presence_penalty'],
  ...['frequency_penalty', 'response_format', 'tools', 'tool_choice'],
];
const TOOLS: readonly Message[] = [
  { role: 'developer', content: 'Be brief.' },
  {
    role: 'user',
    name: 'ann',
    content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }],
  },
  {
    role: 'assistant',
    content: null,
    reasoning: 'I should look.',
    reasoning_details: [{ type: 'reasoning.text', text: 'I should look.' }],
    tool_calls: [
      { id: 'call_abc', type: 'function', function: { name: 'f', arguments: '{}' }, index: 0 } as never,
    ],
  },
  { role: 'tool', tool_call_id: 'call_abc', content: '5' },
];

describe('What each provider is sent, and what it answers', () => {
  let upstream: Emulator;
  let service: TestApp;

  beforeAll(async () => {
    upstream = await Emulator.start({ provider: 'openai' });
    service = await TestApp.start({
      env: Object.fromEntries(
        NAMES.flatMap((name) => [
          [`MODEL_X_${name.toUpperCase()}`, `${SLUG}@${name}`],
          [`PROVIDER_${name.toUpperCase()}_URL`, upstream.url],
        ]),
      ),
    });
  });
  afterEach(() => {
    upstream.reset();
    upstream.configure({ quirks: [] });
  });
  afterAll(async () => {
    await service.stop();
    await upstream.close();
  });

  interface Asked {
    readonly quirks?: readonly Quirk[];
    readonly options?: ModelOptions;
    readonly messages?: readonly Message[];
  }

  /** Asks the model of a provider. */
  const ask = async (
    name: string,
    { quirks = [], options = {}, messages = TOOLS.slice(0, 2) }: Asked = {},
  ) => {
    upstream.configure({ quirks });
    const request = { id: 'id', model: `x-${name}`, messages, options, fallback: [] };
    const events: ChatEvent[] = [];
    for await (const batch of service.app.get(ModelRouter).stream(request, new AbortController().signal))
      events.push(...batch);
    const deltas = events.flatMap((event) => (event.type === 'delta' ? [event] : []));
    const sent = upstream.requests().at(-1)?.body as Record<string, unknown> & { messages: Message[] };
    return {
      sent,
      text: deltas.map(({ text }) => text).join(''),
      reasoning: deltas.map(({ extras }) => extras?.reasoning ?? '').join(''),
      finish: events.find((event) => event.type === 'finish'),
      usage: events.find((event) => event.type === 'usage')?.usage,
      others: events.map(({ type }) => type),
    };
  };

  it('gets no mark for caching: what had to be parts for it is text again', async () => {
    const cache_control = { type: 'ephemeral' };
    const marked = (text: string) => ({ type: 'text', text, cache_control });
    const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
    const tool = { type: 'function', function: { name: 'f', parameters: {} } };
    const { sent } = await ask('groq', {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }, marked('Be kind.')] },
        { role: 'user', content: [marked('Hi')] },
        { role: 'assistant', content: [marked('Yes?')] },
        { role: 'user', content: [marked('Look.'), image] },
      ],
      options: { tools: [{ ...tool, cache_control }] },
    });
    expect(sent.messages.map(({ content }) => content)).toEqual([
      ...['Be brief.\n\nBe kind.', 'Hi', 'Yes?'],
      [{ type: 'text', text: 'Look.' }, image],
    ]);
    expect(sent.tools).toEqual([tool]);
  });

  it('says in one debug line which options were left out', async () => {
    service.log.entries.length = 0;
    await ask('mistral', { options: { ...EVERYTHING, temperature: undefined } });
    await ask('mistral', { options: { temperature: 1, max_tokens: 5 } });
    expect(service.log.with('Options were left out')).toEqual([
      {
        level: 'debug',
        fields: expect.objectContaining({
          provider: 'mistral',
          id: 'id',
          options: expect.arrayContaining([
            'top_k',
            'provider',
            'plugins',
            'reasoning_effort',
            'user',
          ]) as string[],
        }) as object,
      },
    ]);
  });

  it.each([
    // CreateChatCompletionRequest of OpenAI's openapi.yaml; top_k: changelog of github.com/brainlid/langchain
    [
      'openai',
      [
        ...['seed', 'parallel_tool_calls', 'reasoning_effort', 'logit_bias', 'logprobs', 'user'],
        ...['max_completion_tokens', 'service_tier', 'verbosity', 'prompt_cache_key'],
      ],
    ],
    // console.groq.com/docs/openai and /docs/api-reference; 'store': github.com/fanenr/chatbot/issues/21
    [
      'groq',
      ['seed', 'parallel_tool_calls', 'reasoning_effort', 'user', 'max_completion_tokens', 'service_tier'],
    ],
    // ChatCompletionRequest of github.com/togethercomputer/openapi; max_tokens: github.com/earendil-works/pi/pull/3624
    [
      'together',
      [
        ...['seed', 'parallel_tool_calls', 'reasoning_effort', 'logit_bias', 'max_tokens'],
        ...['top_k', 'min_p', 'repetition_penalty'],
      ],
    ],
    // api-docs.deepseek.com/api/create-chat-completion
    ['deepseek', ['reasoning_effort', 'logprobs', 'max_tokens']],
    // docs.vllm.ai, "Extra Parameters" of the OpenAI-compatible server
    [
      'vllm',
      [
        ...[
          'seed',
          'parallel_tool_calls',
          'reasoning_effort',
          'logit_bias',
          'logprobs',
          'user',
          'max_tokens',
        ],
        ...['top_k', 'min_p', 'repetition_penalty'],
      ],
    ],
    // tools/server/README.md of llama.cpp
    [
      'llamacpp',
      [
        ...[
          'seed',
          'parallel_tool_calls',
          'reasoning_effort',
          'logit_bias',
          'logprobs',
          'user',
          'max_tokens',
        ],
        ...['top_k', 'min_p', 'repeat_penalty'],
      ],
    ],
    // docs.ollama.com/api/openai-compatibility
    ['ollama', ['seed', 'reasoning_effort', 'logprobs', 'max_tokens']],
    [
      'unknown',
      ['seed', 'parallel_tool_calls', 'reasoning_effort', 'logit_bias', 'logprobs', 'user', 'max_tokens'],
    ],
  ])('%s: the fields that it takes, and none of OpenRouter', async (name, more) => {
    const { sent } = await ask(name, { options: EVERYTHING });
    expect(Object.keys(sent).sort()).toEqual([...USUAL, ...more].sort());
    expect(sent).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    if (more.includes('reasoning_effort')) expect(sent.reasoning_effort).toBe('low');
  });

  // github.com/editor-code-assistant/eca/issues/231, github.com/mistralai/platform-docs-public/issues/7
  it('mistral: nothing that it forbids, its own name for the seed, and the counts without asking', async () => {
    const quirks = ['forbid-extra', 'usage-with-finish'] as const;
    const options = { ...EVERYTHING, max_tokens: undefined, max_completion_tokens: 40 };
    const { sent, usage } = await ask('mistral', { quirks, options });
    const usual = USUAL.filter((field) => field !== 'stream_options');
    expect(Object.keys(sent).sort()).toEqual(
      [...usual, 'random_seed', 'parallel_tool_calls', 'max_tokens'].sort(),
    );
    expect(sent).toMatchObject({ random_seed: 7, max_tokens: 40 });
    expect(usage).toMatchObject({ promptTokens: expect.any(Number), costUsd: null });
  });

  // mistral-common: "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9."
  it('mistral: ids of tool calls of nine letters and digits, the same for call and result', async () => {
    const { sent } = await ask('mistral', { messages: TOOLS });
    const [, , call, result] = sent.messages;
    expect(call?.tool_calls?.[0]?.id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(result?.tool_call_id).toBe(call?.tool_calls?.[0]?.id);
  });

  // o-series and GPT-5: github.com/griptape-ai/ComfyUI-Griptape/issues/312
  it('openai: the limit under its new name, and nothing that it does not know', async () => {
    const quirks = ['max-completion-tokens', 'strict'] as const;
    const { sent } = await ask('openai', { quirks, options: EVERYTHING });
    expect(sent).toMatchObject({
      max_completion_tokens: 40,
      messages: [{ role: 'developer' }, { name: 'ann' }],
    });
  });

  // 'developer': github.com/earendil-works/pi/pull/3624; names: console.groq.com/docs/openai; reasoning:
  // github.com/karthink/gptel/issues/774
  it.each(NAMES.filter((name) => name !== 'openai'))('%s: messages as it takes them', async (name) => {
    const { sent } = await ask(name, { messages: TOOLS });
    expect(sent.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    const named = name === 'groq' || name === 'mistral' ? {} : { name: 'ann' };
    expect(sent.messages[1]).toEqual({ role: 'user', content: 'Hi', ...named });
    expect(sent.messages[2]).not.toHaveProperty('reasoning');
    expect(sent.messages[2]?.tool_calls).toEqual([
      { id: expect.any(String), type: 'function', function: { name: 'f', arguments: '{}' } },
    ]);
  });

  // api-docs.deepseek.com/guides/thinking_mode, github.com/anomalyco/opencode/issues/24722
  it('deepseek: gets back what it thought before a tool call', async () => {
    const { sent } = await ask('deepseek', { messages: TOOLS });
    expect(sent.messages[2]).toMatchObject({ reasoning_content: 'I should look.' });
    expect((await ask('vllm', { messages: TOOLS })).sent.messages[2]).not.toHaveProperty('reasoning_content');
  });

  it.each([
    ['deepseek', ['reasoning-content', 'keep-alive']],
    ['together', ['usage-with-finish']],
    ['groq', ['x-groq']],
    ['vllm', ['reasoning-content']],
    // github.com/ikawrakow/ik_llama.cpp/issues/467
    ['llamacpp', ['no-done']],
    // github.com/ollama/ollama/issues/4357
    ['ollama', ['empty-finish-reason']],
  ] as const)('%s: a whole answer with %j', async (name, quirks) => {
    upstream.answer(SLUG, { pieces: ['one', ' two'], reasoning: ['Hm', '.'] });
    const { text, reasoning, finish, usage, others } = await ask(name, { quirks });
    expect({ text, reasoning, finish }).toEqual({
      text: 'one two',
      reasoning: 'Hm.',
      finish: { type: 'finish', reason: 'stop' },
    });
    expect(usage).toMatchObject({ promptTokens: expect.any(Number), completionTokens: 4, costUsd: null });
    // Ids are for bills, and these are OpenRouter's.
    expect(others).not.toContain('generation');
  });

  // github.com/vllm-project/vllm/issues/6083
  it('an answer without counts is whole, and nobody invents them', async () => {
    upstream.answer(SLUG, { pieces: ['one'] });
    const { text, usage, finish } = await ask('vllm', { quirks: ['no-usage', 'no-done'] });
    expect([text, usage, finish?.type]).toEqual(['one', undefined, 'finish']);
  });

  it('a stream that was cut is no answer, [DONE] or none', async () => {
    upstream.always(SLUG, { kind: 'cut', at: 1, answer: { pieces: ['one', ' two'] } });
    await expect(ask('llamacpp', { quirks: ['no-done'] })).rejects.toMatchObject({
      code: 'upstream_truncated',
    });
  });
});
