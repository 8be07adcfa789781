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
    await page.locator('.menu-items:popover-open').getByRole('button', { name: 'mistral' }).click();
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
    await page.evaluate("location.hash = '#/keys'");
    await page.getByText('This service asks nobody for a key').waitFor();
    await fits();
  });

  it.each([1440, 1200, 1024, 800, 520, 360])('cuts nothing off at %i px', async (width) => {
    const page = await app.open('/log', { viewport: { width, height: 800 } });
    const cutOff = (selector: string): Promise<number> =>
      page.evaluate<number>(
        `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('${selector}'))`,
      );
    await page.locator('#row-0').waitFor();
    expect(await cutOff('.rows')).toBeLessThanOrEqual(0);
    await page.locator('#row-0').click();
    await page.locator('.row-figures').waitFor();
    expect(await cutOff('.rows')).toBeLessThanOrEqual(0);
    for (const view of ['figures', 'models', 'keys']) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.locator('.page-scroll').waitFor();
      expect(await cutOff('.page-scroll')).toBeLessThanOrEqual(0);
    }
    await page.evaluate("location.hash = '#/chat'");
    for (const name of ['Model 1: llama', 'Options']) {
      await page.getByRole('button', { name }).click();
      const { x, width: itsWidth } = (await page.locator('.menu-items:popover-open').boundingBox())!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + itsWidth).toBeLessThanOrEqual(width);
      await page.keyboard.press('Escape');
    }
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
