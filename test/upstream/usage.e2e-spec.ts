import { json } from '../support/json.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const FINISHED = 'data: {"choices":[{"delta":{"content":"Done."},"finish_reason":"stop"}]}\n\n';

describe('U13 an answer that is finished stays one, though its counts never come', () => {
  let service: TestApp;

  afterEach(() => service.stop());

  it.each([
    ['the wait for them ends', { IDLE_TIMEOUT_MS: '200' }],
    ['the time for the whole chat ends', { TOTAL_TIMEOUT_MS: '400', IDLE_TIMEOUT_MS: '5000' }],
  ])('%s', async (_what, env) => {
    service = await TestApp.start({ env });
    service.emulator.script(LLAMA, [{ kind: 'raw', text: FINISHED, then: 'stall' }]);
    const response = await service.post('/chat', { model: 'llama', prompt: 'Hi' });
    expect(response.status).toBe(200);
    expect(await json(response)).toMatchObject({
      response: 'Done.',
      finish_reason: 'stop',
      prompt_tokens: null,
    });
    expect(await service.rows()).toMatchObject([{ status: 'ok', error: '', response: 'Done.' }]);
  });
});
