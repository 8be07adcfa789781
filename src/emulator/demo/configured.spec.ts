import { configuredSlugs, redirectedProviders, servedSlugs } from './configured.js';

describe('what the service is configured with', () => {
  const env = {
    LLAMA_UPSTREAM: 'meta-llama/llama-3.1-8b-instruct, qwen3:8b@ollama',
    MODEL_QWEN: 'qwen/qwen3-8b',
    MODEL_QWEN_PRICE: '0.035/0.138',
    MODEL_EMPTY: '',
    PROVIDER_GROQ_URL: 'https://api.groq.com/openai/v1',
    PROVIDER_GROQ_KEY: 'gsk_secret',
    PATH: '/bin',
  };

  it('slugs in variables', () => {
    expect(configuredSlugs(env)).toEqual(['meta-llama/llama-3.1-8b-instruct', 'qwen3:8b', 'qwen/qwen3-8b']);
  });

  it('slugs of the running service, whatever it says beside them', () => {
    const upstream = [{ upstream_model: 'a/b', state: 'ok' }, { slug: 'c:d@ollama' }, {}];
    expect(servedSlugs({ data: [{ name: 'x', upstream }, {}, null] })).toEqual(['a/b', 'c:d']);
    expect(servedSlugs('<html>')).toEqual([]);
  });

  it('providers, none of which is asked, with none of their keys', () => {
    expect(redirectedProviders(env, 'http://127.0.0.1:1/v1')).toEqual({
      PROVIDER_GROQ_URL: 'http://127.0.0.1:1/v1',
      PROVIDER_GROQ_KEY: 'demo-key-that-opens-nothing',
    });
  });
});
