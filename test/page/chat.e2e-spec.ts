import { until } from '../support/until.js';
import { answered, ask, PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(2 * PATIENCE_MS);

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const MINISTRAL = 'mistralai/ministral-8b-2512';

describe('the chat', () => {
  let app: PageApp;

  beforeAll(async () => {
    app = await PageApp.start({
      emulator: { firstTokenMs: 20, chunkMs: 5 },
      env: { RETRY_MAX_ATTEMPTS: '1' },
    });
  });

  beforeEach(() => {
    app.service.emulator.reset();
    app.service.emulator.configure({ chunkMs: 5 });
  });

  afterAll(() => app.stop());

  it('streams an answer with its figures, and the row is in the log', async () => {
    app.service.emulator.answer('*', { text: 'A **short** answer.' });
    const page = await app.open();
    await ask(page, 'Say something short.');
    await answered(page);
    const answer = page.getByRole('article', { name: 'Answer of llama' });
    expect(await answer.locator('strong').textContent()).toBe('short');
    expect(await answer.locator('.slug').textContent()).toBe(LLAMA);
    for (const figure of ['First token', 'Latency', 'Tokens', 'Cost', 'Attempts'])
      expect(await answer.locator('dt', { hasText: figure }).count()).toBe(1);
    await answer.getByRole('link', { name: 'Open in the log' }).click();
    await page.locator('.detail', { hasText: 'Say something short.' }).waitFor();
    expect((await app.service.rows()).at(-1)?.prompt).toBe('Say something short.');
  });

  it('asks two models side by side, each with its own conversation', async () => {
    app.service.emulator.answer(LLAMA, { text: 'From the llama.' });
    app.service.emulator.answer(MINISTRAL, { text: 'From the mistral.' });
    const page = await app.open();
    await page.getByLabel('Compare with another model').click();
    await page.locator('.menu-items:popover-open').getByRole('button', { name: 'mistral' }).click();
    await ask(page, 'Who are you?');
    await answered(page, 2);
    await ask(page, 'And what did you just say?');
    await answered(page, 4);
    const boxes = await Promise.all(
      (await page.getByRole('article').all()).slice(2).map((one) => one.boundingBox()),
    );
    expect(boxes[0]!.y).toBe(boxes[1]!.y);
    expect(boxes[0]!.x + boxes[0]!.width).toBeLessThan(boxes[1]!.x);
    const sent = app.service.emulator
      .requests()
      .slice(-2)
      .map(({ body }) => JSON.stringify(body));
    expect(sent.find((body) => body.includes(LLAMA))).toContain('From the llama.');
    expect(sent.find((body) => body.includes(LLAMA))).not.toContain('From the mistral.');
  });

  it('asks another model beside an answer, and the same once more', async () => {
    const page = await app.open();
    await ask(page, 'Who are you?');
    await answered(page);
    await page.getByLabel('Ask again').click();
    await page.locator('.menu-items:popover-open').getByRole('button', { name: 'mistral' }).click();
    await answered(page, 2);
    await page.getByLabel('Ask again').first().click();
    await page.locator('.menu-items:popover-open').getByRole('button', { name: 'once more' }).click();
    await answered(page, 2);
    expect(await page.getByRole('article').count()).toBe(2);
  });

  it('stops when told to, and the spending with it', async () => {
    app.service.emulator.configure({ chunkMs: 50 });
    app.service.emulator.always('*', { kind: 'endless-deltas' });
    const page = await app.open();
    await ask(page, 'Go on for ever.');
    await page.locator('.answer-text').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped. What had arrived is kept.').waitFor();
    await until('the row', async () => (await app.service.rows()).at(-1)?.status === 'client_closed');
    expect(await page.locator('.answer-text').textContent()).not.toBe('');
  });

  it('keeps what had come of an answer whose stream is cut, and says so (G1)', async () => {
    app.service.emulator.configure({ chunkMs: 50 });
    app.service.emulator.always('*', { kind: 'endless-deltas' });
    const page = await app.open();
    await ask(page, 'Will be cut.');
    await page.locator('.answer-text').waitFor();
    app.service.server.closeAllConnections();
    await page.getByText('The answer was cut off').waitFor();
    expect(await page.locator('.answer-text').textContent()).not.toBe('');
    expect(await page.getByRole('button', { name: 'Try again' }).isEnabled()).toBe(true);
  });

  it('says what the provider failed of, and how long to wait', async () => {
    app.service.emulator.always('*', { kind: 'status', status: 429, retryAfter: 30 });
    const page = await app.open();
    await ask(page, 'Too much?');
    const note = page.getByRole('alert');
    await note.getByText('The provider is limiting requests').waitFor();
    expect(await note.getByRole('button').textContent()).toMatch(/Try again in \d+ s/);
    expect(await note.getByRole('button').isDisabled()).toBe(true);
  });

  it('loses nothing that was typed while the service is gone, or by a reload (G1)', async () => {
    const page = await app.open();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Half a thought');
    await page.context().setOffline(true);
    await page.getByText('Parley can’t be reached.').waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.context().setOffline(false);
    await page.getByText('Parley is back.').waitFor();
    await page.reload();
    expect(await page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe(
      'Half a thought',
    );
  });

  it('sends what the options say', async () => {
    const page = await app.open();
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByLabel('System prompt').fill('Be brief.');
    await page.getByLabel('Temperature').fill('0.3');
    await page.keyboard.press('Escape');
    await ask(page, 'Hello');
    await answered(page);
    expect(app.service.emulator.requests().at(-1)?.body).toMatchObject({
      temperature: 0.3,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
    });
  });
});
