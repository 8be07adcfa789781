import { PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(2 * PATIENCE_MS);

describe('figures and models', () => {
  let app: PageApp;

  beforeAll(async () => {
    app = await PageApp.start({ emulator: { firstTokenMs: 0, chunkMs: 0 } });
  });

  afterAll(() => app.stop());

  it('say that there is nothing yet', async () => {
    const page = await app.open('/figures');
    await page.getByText('No chats in this time').waitFor();
  });

  it('show what the log says, per model and over time', async () => {
    for (const model of ['mistral', 'llama', 'llama'])
      await (await app.service.post('/chat', { prompt: 'Hello', model })).text();
    const page = await app.open('/figures?range=1h');
    const lines = page.locator('section', { hasText: 'By model' }).locator('tbody tr');
    await lines.nth(1).waitFor();
    expect(await lines.nth(0).locator('td').first().textContent()).toBe('2');
    expect(await page.locator('.key-figures strong').first().textContent()).toBe('3');
    expect(await page.locator('.chart canvas').count()).toBe(6);
    const label = await page.getByRole('img', { name: /^Requests per minute/ }).getAttribute('aria-label');
    expect(label).toContain('llama: 2 in all');
    const bars = await page.locator('.histogram .bar-count').allTextContents();
    expect(bars.map(Number).reduce((sum, one) => sum + one, 0)).toBe(3);
  });

  it('keep what was chosen in the address', async () => {
    const page = await app.open('/figures');
    await page.getByRole('radio', { name: 'Week' }).check();
    await page.getByRole('radio', { name: 'p95' }).check();
    await page.getByText('Latency, p95').waitFor();
    await page.reload();
    await page.getByText('Latency, p95').waitFor();
    expect(await page.getByRole('radio', { name: 'Week' }).isChecked()).toBe(true);
    await page.locator('tbody').getByRole('link', { name: 'mistral' }).click();
    await page.getByRole('button', { name: 'Only mistral' }).waitFor();
    expect(page.url()).toMatch(/range=7d.*measure=p95.*model=mistral/);
  });

  it('show each model with its slugs and how they are', async () => {
    const page = await app.open('/models');
    const card = page.locator('.card', { hasText: 'mistralai/ministral-8b-2512' });
    await card.waitFor();
    expect(await card.locator('tbody tr').count()).toBe(3);
    await card.getByRole('button', { name: 'Ask' }).click();
    await page.getByPlaceholder('Ask mistral').waitFor();
  });
});
