import type { Json } from '../support/json.js';
import { json } from '../support/json.js';
import { TestApp } from '../support/test-app.js';

const ok = { prompt: 'Hi', model: 'llama' };
const message = { role: 'user', content: 'Hi' };

describe('POST /chat refuses bad input, with the path and what to do', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start({ env: { PROMPT_MAX_CHARS: '1000', MAX_TOKENS_LIMIT: '100' } });
  });

  afterAll(async () => {
    // Nothing of all this reached a model or the log.
    expect(service.emulator.requests()).toEqual([]);
    expect(await service.rows()).toEqual([]);
    await service.stop();
  });

  it.each<[string, unknown, string, string]>([
    ['an unknown field', { ...ok, api_base: 'http://evil' }, 'unknown_parameter', 'api_base'],
    [
      'an unknown field in a message',
      { model: 'llama', messages: [{ ...message, x: 1 }] },
      'unknown_parameter',
      'messages[0].x',
    ],
    ['neither prompt nor messages', { model: 'llama' }, 'invalid_request', 'prompt'],
    ['both prompt and messages', { ...ok, messages: [message] }, 'invalid_request', 'messages'],
    ['a blank prompt', { ...ok, prompt: ' \n\u00a0' }, 'invalid_request', 'prompt'],
    ['an empty prompt', { ...ok, prompt: '' }, 'invalid_request', 'prompt'],
    ['a prompt that is too long', { ...ok, prompt: 'x'.repeat(1001) }, 'limit_exceeded', 'prompt'],
    [
      'a message that is too long',
      { model: 'llama', messages: [{ ...message, content: 'x'.repeat(1001) }] },
      'limit_exceeded',
      'messages[0].content',
    ],
    ['A17: a prompt that is a number', { ...ok, prompt: 1 }, 'invalid_request', 'prompt'],
    ['A17: a prompt that is an array', { ...ok, prompt: ['Hi'] }, 'invalid_request', 'prompt'],
    ['A17: a prompt that is an object', { ...ok, prompt: { length: 5 } }, 'invalid_request', 'prompt'],
    ['A17: a prompt that is null', { ...ok, prompt: null }, 'invalid_request', 'prompt'],
    ['A17: a flag that is a word', { ...ok, stream: 'false' }, 'invalid_request', 'stream'],
    ['A17: a number that is a word', { ...ok, temperature: '1' }, 'invalid_request', 'temperature'],
    ['a temperature out of range', { ...ok, temperature: 2.1 }, 'invalid_request', 'temperature'],
    ['a top_p out of range', { ...ok, top_p: -0.1 }, 'invalid_request', 'top_p'],
    [
      'A31: absurdly many tokens',
      '{"prompt":"Hi","model":"llama","max_tokens":1e400}',
      'invalid_request',
      'max_tokens',
    ],
    ['no tokens', { ...ok, max_tokens: 0 }, 'invalid_request', 'max_tokens'],
    ['five stops', { ...ok, stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_request', 'stop'],
    ['a broken seed', { ...ok, seed: 1.5 }, 'invalid_request', 'seed'],
    ['messages that are no array', { model: 'llama', messages: message }, 'invalid_request', 'messages'],
    ['no messages at all', { model: 'llama', messages: [] }, 'invalid_request', 'messages'],
    [
      '257 messages',
      { model: 'llama', messages: Array<Json>(257).fill(message) },
      'invalid_request',
      'messages',
    ],
    ['nested garbage', { model: 'llama', messages: [[['x']]] }, 'invalid_request', 'messages'],
    [
      'a message without content',
      { model: 'llama', messages: [{ role: 'user' }] },
      'invalid_request',
      'messages[0].content',
    ],
    [
      'a message of nobody',
      { model: 'llama', messages: [{ ...message, role: 'root' }, message] },
      'invalid_request',
      'messages[0].role',
    ],
    [
      'a message of nobody, at the end',
      { model: 'llama', messages: [{ ...message, role: 'bot' }] },
      'invalid_request',
      'messages[0].role',
    ],
    [
      'a conversation in place of a message',
      { model: 'llama', messages: [[message], message] },
      'invalid_request',
      'messages',
    ],
    [
      'a conversation that ends with the model',
      { model: 'llama', messages: [message, { ...message, role: 'assistant' }] },
      'invalid_request',
      'messages',
    ],
    [
      'a system prompt beside messages',
      { model: 'llama', messages: [message], system: 'x' },
      'invalid_request',
      'system',
    ],
    ['no model', { prompt: 'Hi' }, 'invalid_request', 'model'],
    ['an unknown model', { ...ok, model: 'gpt' }, 'unknown_model', 'model'],
    ['A2: a model that is a path', { ...ok, model: '../../x' }, 'unknown_model', 'model'],
    ['A2, A16: a model that every object has', { ...ok, model: '__proto__' }, 'unknown_model', 'model'],
    ['A2: a model with a newline', { ...ok, model: 'llama\nx' }, 'unknown_model', 'model'],
    ['an unknown fallback', { ...ok, fallback: ['mistral', 'gpt'] }, 'unknown_model', 'fallback[1]'],
    ['a fallback of false', { ...ok, fallback: false }, 'invalid_request', 'fallback'],
  ])('%s', async (_what, body, code, path) => {
    const response = await service.post('/chat', body);
    const problem = await json(response);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(problem).toMatchObject({ status: 400, code, title: 'Bad Request' });
    expect(problem.errors).toContainEqual({ path, message: expect.any(String) });
    expect(problem.detail).toEqual(expect.stringMatching(/\.$/));
  });

  it('lists the known models when asked for an unknown one, or for none', async () => {
    const unknown = await json(await service.post('/chat', { ...ok, model: 'gpt' }));
    expect(unknown.detail).toMatch(/^There is no such model\. Known models: .*\bllama, .*\bmistral\b.*\.$/);
    const missing = await json(await service.post('/chat', { prompt: 'Hi' }));
    expect(missing.detail).toMatch(/^model must be given\. Known models: .*\bllama, .*\bmistral\b.*\.$/);
  });

  it.each<[string, unknown, string]>([
    ['no prompt', { model: 'llama' }, 'prompt must be given, or messages in its place.'],
    ['a prompt of another type', { ...ok, prompt: 1 }, 'prompt must be a string.'],
    ['an empty prompt', { ...ok, prompt: '' }, 'prompt must not be empty.'],
    ['a blank prompt', { ...ok, prompt: ' ' }, 'prompt must not be blank.'],
    ['no messages', { model: 'llama', messages: [] }, 'messages must have at least one message.'],
    ['messages as text', { model: 'llama', messages: 'Hi' }, 'messages must be an array of messages.'],
    [
      'an unknown role at the end',
      { model: 'llama', messages: [{ ...message, role: 'bot' }] },
      'messages[0].role must be one of: system, user, assistant.',
    ],
    [
      'an end without words',
      { model: 'llama', messages: [message, { role: 'assistant', content: '' }] },
      'messages[1].content must not be empty.',
    ],
    [
      'an end of another role',
      { model: 'llama', messages: [message, { ...message, role: 'assistant' }] },
      'messages must end with a message of role user.',
    ],
  ])('says of %s what is most wrong with it', async (_what, body, detail) => {
    expect((await json(await service.post('/chat', body))).detail).toBe(detail);
  });

  it.each([
    ['an array', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['half an object', '{"prompt":"'],
  ])('a body that is %s', async (_what, body) => {
    const response = await service.post('/chat', body);
    expect(response.status).toBe(400);
    expect((await json(response)).code).toMatch(/^invalid_(request|json)$/);
  });
});
