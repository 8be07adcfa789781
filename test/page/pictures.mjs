// Pictures of the page for README and docs, light and dark: npm run pictures
// The service runs in front of the emulator; what it shows was written for the purpose.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Emulator } from '../../dist/emulator/emulator.js';
import { parley } from '../bench/candidates.mjs';
import { launchBrowser } from './support/browser.mjs';
import { writeSampleLog } from './sample-log.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pictures = join(root, 'docs/pictures');

const ANSWERS = {
  'mistralai/ministral-8b-2512': `Two keys can land in the same **bucket**; that is a *collision*. There are two common ways to resolve it:

1. **Separate chaining**: each bucket holds a list of entries.
2. **Open addressing**: a full bucket sends the entry on to the next free one.

\`\`\`ts
class ChainedMap<K, V> {
  private readonly buckets: [K, V][][] =
    Array.from({ length: 16 }, () => []);

  set(key: K, value: V): void {
    this.bucketOf(key).push([key, value]);
  }
}
\`\`\`

Most standard libraries grow the table before either gets slow.`,
  'meta-llama/llama-3.1-8b-instruct': `A hash map has to keep keys apart that share a slot.

| | Chaining | Open addressing |
|---|---|---|
| Memory | a list per bucket | one flat array |
| Deleting | simple | needs markers |
| Full table | slows down | has to grow |

> Chaining is easier to write; open addressing is kinder to the cache.

\`\`\`ts
const bucket = buckets[hash(key) % buckets.length];
bucket.push([key, value]);
\`\`\``,
};

const SCREENS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 },
  'phone-light': { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  'phone-dark': { colorScheme: 'dark', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
};

async function takePictures(browser, url, name, screen) {
  const context = await browser.newContext({ ...screen, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const take = async (view) => {
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(pictures, `${view}-${name}.png`) });
  };
  await page.goto(`${url}/#/chat`);
  await page.getByLabel('Compare with another model').click();
  await page.locator('.menu-items:popover-open').getByRole('button', { name: 'mistral' }).click();
  await page
    .getByRole('textbox', { name: 'Prompt', exact: true })
    .fill('Explain how a hash map resolves collisions, with a short example.');
  await page.keyboard.press('Enter');
  await page.locator('.figures-line', { hasText: 'Attempts' }).nth(1).waitFor();
  await take('chat');
  await page.goto(`${url}/#/log`);
  await page.locator('#row-2').click();
  await page.locator('.row-figures').waitFor();
  await page.mouse.move(0, 0);
  await take('log');
  await page.goto(`${url}/#/figures`);
  await page.locator('.chart canvas').first().waitFor();
  await take('figures');
  await page.goto(`${url}/#/models`);
  await page.locator('.card').first().waitFor();
  await take('models');
  await context.close();
}

const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'));
mkdirSync(pictures, { recursive: true });
const emulator = await Emulator.start({ firstTokenMs: 220, chunkMs: 8 });
for (const [slug, text] of Object.entries(ANSWERS)) emulator.answer(slug, { text });
const log = join(folder, 'chat_logs.csv');
writeSampleLog(log, { rows: 1800, hours: 24 });
const { server, port } = await parley(emulator, folder, 'page', {
  reporting: false,
  env: { CHAT_LOG_PATH: log },
});
const url = `http://127.0.0.1:${port}`;
const browser = await launchBrowser();
try {
  for (const [name, screen] of Object.entries(SCREENS)) await takePictures(browser, url, name, screen);
} finally {
  await browser.close();
  await server.stop();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
