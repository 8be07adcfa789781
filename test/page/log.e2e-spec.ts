import { until } from '../support/until.js';
import { answered, PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(2 * PATIENCE_MS);

describe('the log', () => {
  let app: PageApp;

  beforeAll(async () => {
    app = await PageApp.start({ emulator: { firstTokenMs: 0, chunkMs: 0 } });
  });

  beforeEach(() => {
    app.service.emulator.reset();
  });

  afterAll(() => app.stop());

  const chat = async (prompt: string, model = 'mistral'): Promise<void> => {
    await (await app.service.post('/chat', { prompt, model })).text();
  };

  it('says what to do while it is empty', async () => {
    const page = await app.open('/log');
    await page.getByText('Nothing is logged yet').waitFor();
    await page.getByRole('link', { name: 'Ask something' }).click();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).waitFor();
  });

  it('shows a row within two seconds of its writing, without a reload', async () => {
    const page = await app.open('/log');
    await page.getByText('Live').waitFor();
    await chat('A first row, live');
    const before = performance.now();
    await page.locator('.row', { hasText: 'A first row, live' }).waitFor();
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('shows live only what its filter lets through', async () => {
    const page = await app.open('/log?model=llama');
    await page.getByText('Live').waitFor();
    await chat('Not for this filter', 'mistral');
    await chat('For this filter', 'llama');
    await page.locator('.row', { hasText: 'For this filter' }).waitFor();
    expect(await page.getByText('Not for this filter').count()).toBe(0);
  });

  it('keeps its filters in the address', async () => {
    await chat('A needle in the hay');
    app.service.emulator.always('*', { kind: 'status', status: 400 });
    await chat('One that failed');
    const page = await app.open('/log');
    await page.getByLabel('Search', { exact: true }).fill('NEEDLE');
    await page.waitForURL(/q=NEEDLE/);
    await page.locator('.row', { hasText: 'A needle in the hay' }).waitFor();
    expect(await page.locator('.row:not(.head)').count()).toBe(1);
    await page.reload();
    expect(await page.getByLabel('Search', { exact: true }).inputValue()).toBe('NEEDLE');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Status').selectOption('error');
    await page.locator('.row', { hasText: 'One that failed' }).waitFor();
    await page.getByLabel('Model', { exact: true }).selectOption('llama');
    await page.getByText('No row matches').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.locator('.row', { hasText: 'A needle in the hay' }).waitFor();
  });

  it('opens a row with its conversation and figures, and asks another model beside it', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'My name is Ada.' },
      { role: 'assistant', content: 'Hello **Ada**.' },
      { role: 'user', content: 'What is my name?' },
    ];
    await (await app.service.post('/chat', { messages, model: 'mistral' })).text();
    const page = await app.open('/log?q=my+name');
    await page.locator('.row', { hasText: 'What is my name?' }).click();
    const detail = page.getByRole('complementary', { name: 'Row' });
    await detail.getByText('Be brief.').waitFor();
    expect(await detail.locator('strong').textContent()).toBe('Ada');
    expect(await detail.locator('.row-figures dd', { hasText: 'ministral-8b-2512' }).count()).toBe(1);
    await detail.getByText('Ask again').click();
    await detail.getByRole('button', { name: 'llama' }).click();
    await page.getByRole('article', { name: 'Answer of llama' }).waitFor();
    await answered(page, 2);
    expect(app.service.emulator.requests().at(-1)?.body).toMatchObject({ messages });
  });

  it('takes a vote and shows it again, in the row and in the figures', async () => {
    await chat('A vote, please');
    const page = await app.open('/log?q=a+vote');
    await page.locator('#row-0').click();
    await page.getByRole('button', { name: 'Good answer' }).click();
    await page.getByRole('button', { name: 'Good answer', pressed: true }).waitFor();
    const voted = async (): Promise<boolean> =>
      JSON.stringify(await (await app.service.get('/logs?q=a+vote')).json()).includes('"score":1');
    await until('the vote is in the log', voted);
    await page.reload();
    await page.getByRole('button', { name: 'Good answer', pressed: true }).waitFor();
    await page.evaluate("location.hash = '#/figures'");
    await page.getByText('100 % good').waitFor();
  });

  it('gives its rows as files', async () => {
    const page = await app.open('/log?q=needle');
    await page.locator('.row:not(.head)').first().waitFor();
    await page.getByLabel('Export').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'JSON lines' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('chat_logs.jsonl');
  });

  it('is read and opened by keyboard alone', async () => {
    const page = await app.open('/chat');
    await page.locator('.picked').waitFor();
    await page.locator('body').press('g');
    await page.keyboard.press('l');
    await page.locator('.row:not(.head)').first().waitFor();
    await page.keyboard.press('/');
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.getAttribute("role")')) === 'grid') break;
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.detail .row-figures').waitFor();
    expect(await page.locator('.row.open').getAttribute('id')).toBe('row-1');
    await page.keyboard.press('Escape');
    await page.locator('.detail').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('grid');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
