import { ModelVariables } from './model-variables.js';

const read = (environment: Record<string, string>) => new ModelVariables(environment);

describe('ModelVariables', () => {
  it('reads models, prices and providers by name', () => {
    const { models, prices, providers, variables } = read({
      MODEL_QWEN: 'qwen/qwen3-8b, qwen3:8b@ollama',
      MODEL_QWEN_PRICE: '0.035/0.138',
      MODEL_MY_GPT: 'gpt-5@openai',
      PROVIDER_OLLAMA_URL: 'http://127.0.0.1:11434/v1',
      PROVIDER_MY_VLLM_URL: 'http://gpu_box:8000/v1',
      PROVIDER_MY_VLLM_KEY: ' secret\n',
      MODEL_EMPTY: '',
      HOME: '/root',
    });
    expect([...models]).toEqual([
      ['qwen', { variable: 'MODEL_QWEN', value: 'qwen/qwen3-8b, qwen3:8b@ollama' }],
      ['my-gpt', { variable: 'MODEL_MY_GPT', value: 'gpt-5@openai' }],
    ]);
    expect([...prices]).toEqual([['qwen', { variable: 'MODEL_QWEN_PRICE', value: '0.035/0.138' }]]);
    expect([...providers].map(([name, { URL, KEY }]) => [name, URL, KEY])).toEqual([
      ['ollama', 'http://127.0.0.1:11434/v1', ''],
      ['my-vllm', 'http://gpu_box:8000/v1', 'secret'],
    ]);
    expect(variables).toContain('PROVIDER_MY_VLLM_KEY');
    expect(variables).not.toContain('HOME');
  });

  it.each([
    [
      'a provider without URL',
      { PROVIDER_GROQ_KEY: 'secret' },
      'PROVIDER_GROQ_KEY is set, but PROVIDER_GROQ_URL is not',
    ],
    ['a URL that is none', { PROVIDER_GROQ_URL: 'secret' }, 'PROVIDER_GROQ_URL must be an http(s) URL'],
    [
      'a URL with a password',
      { PROVIDER_GROQ_URL: 'https://user:secret@api.groq.com/v1' },
      'PROVIDER_GROQ_URL must be an http(s) URL',
    ],
    [
      'a key with Bearer',
      { PROVIDER_GROQ_URL: 'https://api.groq.com/v1', PROVIDER_GROQ_KEY: 'Bearer secret' },
      'PROVIDER_GROQ_KEY must be',
    ],
    [
      'one name in two variables',
      { MODEL_QWEN: 'a/secret', MODEL_qwen: 'a/secret' },
      'MODEL_QWEN and MODEL_qwen name the same model',
    ],
  ])('refuses %s, and never shows a value', (_name, environment, rule) => {
    expect(() => read(environment)).toThrow(rule);
    expect(() => read(environment)).not.toThrow(/secret/);
  });

  it('replaces the slugs of a module', () => {
    expect(read({ MY_LLAMA_UPSTREAM: 'a/b' }).upstreamOf('my-llama')).toEqual({
      variable: 'MY_LLAMA_UPSTREAM',
      value: 'a/b',
    });
    expect(read({}).upstreamOf('llama').value).toBe('');
  });
});
