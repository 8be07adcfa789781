import { loadSettings } from './load-settings.js';

const KEY = { OPENROUTER_API_KEY: 'sk-secret' };

describe('loadSettings', () => {
  it.each([
    ['A33', { TOTAL_TIMEOUT_MS: 'abc' }, 'TOTAL_TIMEOUT_MS must be a whole number'],
    ['A33', { IDLE_TIMEOUT_MS: '-1' }, 'IDLE_TIMEOUT_MS must be a whole number'],
    ['A33', { BODY_MAX_BYTES: 'Infinity' }, 'BODY_MAX_BYTES must be a whole number'],
    ['A33', { BODY_MAX_BYTES: '1e9' }, 'BODY_MAX_BYTES must be a whole number'],
    ['A33', { RETRY_MAX_ATTEMPTS: '0' }, 'RETRY_MAX_ATTEMPTS must be a whole number from 1'],
    ['A33', { OPENROUTER_BASE_URL: 'file:///etc' }, 'OPENROUTER_BASE_URL must be an http(s) URL'],
    ['A33', { ALLOWED_ORIGINS: 'example.com' }, 'ALLOWED_ORIGINS must be a comma-separated list'],
    ['A33', { ALLOWED_HOSTS: 'a.example,http://b' }, 'ALLOWED_HOSTS must be a comma-separated list'],
    ['A33', { ALLOW_INSECURE: 'yes' }, 'ALLOW_INSECURE must be 1'],
    [
      'A33',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'abc:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http(s) URL',
    ],
    ['A33', { OTEL_TRACES_EXPORTER: 'jaeger' }, 'OTEL_TRACES_EXPORTER must be otlp or none'],
  ])('%s refuses %p, and never shows a value', (_id, variables, rule) => {
    expect(() => loadSettings({ ...KEY, ...variables })).toThrow(rule);
    expect(() => loadSettings({ ...KEY, ...variables })).not.toThrow(/abc|1e9|etc|sk-secret/);
  });

  it('requires a key for OpenRouter, unless there are other providers', () => {
    expect(() => loadSettings({})).toThrow('OPENROUTER_API_KEY must be set');
    expect(loadSettings({ PROVIDER_X_URL: 'http://127.0.0.1:1/v1' }).OPENROUTER_API_KEY).toBe('');
  });

  it('reads lists in lower case; an empty variable counts as not set', () => {
    const settings = loadSettings({
      ...KEY,
      ALLOWED_HOSTS: 'A.example, b.example',
      PORT: '',
      ALLOWED_ORIGINS: '',
    });
    expect(settings).toMatchObject({
      ALLOWED_HOSTS: ['a.example', 'b.example'],
      PORT: 8000,
      ALLOWED_ORIGINS: [],
    });
  });
});
