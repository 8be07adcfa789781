import { violations } from './support/accessibility.js';
import { answered, ask, PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(4 * PATIENCE_MS);

const RICH = `# A heading\n\nText with \`code\`, a [link](https://example.com) and **weight**.\n\n\`\`\`ts\nconst a = 1;\n\`\`\`\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] done\n- [ ] to do\n\n> quoted`;

const SCREENS = [
  { name: 'light', colorScheme: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'light, on a phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'dark, on a phone', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const;

describe('how the page looks', () => {
  let app: PageApp;

  beforeAll(async () => {
    app = await PageApp.start({ emulator: { firstTokenMs: 0, chunkMs: 0 } });
    app.service.emulator.answer('*', { text: RICH });
    await (await app.service.post('/chat', { prompt: 'First', model: 'llama' })).text();
  });

  afterAll(() => app.stop());

  it.each(SCREENS)('is accessible, and fits: $name', async ({ name: _name, ...options }) => {
    const page = await app.open('/chat', options);
    const fits = async (): Promise<void> => {
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    };
    await page.locator('.picked').waitFor();
    await fits();
    await page.getByLabel('Compare with another model').click();
    await page.locator('.menu[open]').getByRole('button', { name: 'mistral' }).click();
    await ask(page, 'Show me everything');
    await answered(page, 2);
    await fits();
    for (const [view, sign] of [
      ['log', '.row:not(.head)'],
      ['figures', '.chart canvas'],
      ['models', '.card'],
    ]) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.locator(sign!).first().waitFor();
      await fits();
    }
    await page.evaluate("location.hash = '#/log'");
    await page.locator('.row:not(.head)').first().click();
    await page.locator('.row-figures').waitFor();
    await fits();
    // The last one: it asks for a key, and its dialog covers the rest.
    await page.evaluate("location.hash = '#/keys'");
    await page.locator('dialog[open], .note, .table').first().waitFor();
    await fits();
  });

  it('follows the system, or what was chosen', async () => {
    const page = await app.open('/chat', { colorScheme: 'dark' });
    const paper = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    await page.locator('.picked').waitFor();
    expect(await paper()).toBe('rgb(19, 20, 18)');
    await page.getByRole('button', { name: /^Theme: as the system/ }).click();
    expect(await paper()).toBe('rgb(250, 249, 246)');
    await page.reload();
    await page.locator('.picked').waitFor();
    expect(await paper()).toBe('rgb(250, 249, 246)');
    expect(page.misdeeds.errors).toEqual([]);
  });
});
