import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { writeSampleLog } from './sample-log.mjs';
import { until } from '../support/until.js';
import { PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(4 * PATIENCE_MS);

const ROWS = 10_000;
const LONGEST_FRAME_MS = 200;
/** The machine may be busy with something else: one good run shows what the page itself needs. */
const TRIES = 4;

/** A row like those of sample-log.mjs. */
function row(prompt: string, response: string, messages = ''): string {
  const texts = [prompt, response, messages].map((text) => `"${text.replaceAll('"', '""')}"`);
  const id = `01KC${prompt.length.toString().padStart(22, '0')}`;
  return `"${new Date().toISOString()}","llama",${texts[0]!},${texts[1]!},1.5,1,2,"ok",,"stop",0.1,0.1,"a/slug",1,"${id}",${texts[2]!}`;
}

const longRow = (): string => row('Four megabytes', 'wide words '.repeat(380_000));

const longConversation = (): string =>
  row(
    'Three hundred messages',
    'An answer',
    JSON.stringify(
      Array.from({ length: 299 }, (_, index) => ({
        role: index % 2 === 0 ? 'user' : 'assistant',
        content: `Message ${index} with *some* text and \`code\``,
      })),
    ),
  );

/** Longest time between two frames while `work` runs in the page. */
async function longestFrame(page: Page, work: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    let longest = 0, last = performance.now(), isOver = false;
    const watch = () => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; if (!isOver) requestAnimationFrame(watch); };
    requestAnimationFrame(watch);
    const frames = (count) => new Promise((done) => { const step = () => (count-- > 0 ? requestAnimationFrame(step) : done()); step(); });
    ${work}
    await frames(3);
    isOver = true;
    return longest;
  })()`);
}

async function shortest(measure: () => Promise<number>): Promise<number> {
  let best = Infinity;
  for (let tries = 0; tries < TRIES && best > LONGEST_FRAME_MS; tries++)
    best = Math.min(best, await measure());
  return best;
}

/** faults.md G2: 10,000 rows, one of 4 MB, one with 300 messages. */
describe('a large log', () => {
  let app: PageApp;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-large-'));
    const path = join(folder, 'chat_logs.csv');

    writeSampleLog(path, { rows: ROWS, hours: 240, extra: [longRow(), longConversation()] });
    app = await PageApp.start({ emulator: { firstTokenMs: 0, chunkMs: 0 }, env: { CHAT_LOG_PATH: path } });
  });

  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('scrolls through all its rows without a frame over 200 ms (G2)', async () => {
    const page = await app.open('/log');
    await page.locator('#row-1').waitFor();
    await until(
      'all rows are read',
      async () => {
        await page.evaluate("document.querySelector('.rows').scrollTop = 1e9");
        return (
          (await page.evaluate<number>("document.querySelector('.rows-canvas').offsetHeight")) >= ROWS * 44
        );
      },
      3 * PATIENCE_MS,
    );
    const longest = await shortest(() =>
      longestFrame(
        page,
        `const list = document.querySelector('.rows'); list.scrollTop = 0; await frames(2);
        for (let at = 0; at < 60; at++) { list.scrollTop += list.scrollHeight / 60; await frames(1); }`,
      ),
    );
    expect(longest).toBeLessThan(LONGEST_FRAME_MS);
    expect(await page.locator('.row').count()).toBeLessThan(100);
  });

  it('keeps the reader’s place when rows come on top (G2)', async () => {
    const page = await app.open('/log');
    await page.getByText('Live').waitFor();
    await page.locator('#row-20').waitFor({ state: 'attached' });
    await page.evaluate("document.querySelector('.rows').scrollTop = 20 * 44");
    // The page hears of the scrolling with the next frame; until then the reader is at the top.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const place = (): Promise<number> =>
      page
        .locator('.row', { hasText: firstSeen })
        .first()
        .boundingBox()
        .then((box) => box!.y);
    const firstSeen = (await page.locator('#row-25 .col-time').textContent()) ?? '';
    const before = await place();
    app.service.emulator.answer('*', { text: 'short' });
    await (await app.service.post('/chat', { prompt: 'On top', model: 'llama' })).text();
    await page.getByRole('button', { name: '1 new row' }).waitFor();
    expect(Math.abs((await place()) - before)).toBeLessThan(2);
    await page.getByRole('button', { name: '1 new row' }).click();
    await page.locator('#row-0', { hasText: 'On top' }).waitFor();
  });

  it('opens a row of four megabytes, and one of 300 messages (G2)', async () => {
    for (const [query, sign] of [
      ['Four megabytes', 'characters left'],
      ['Three hundred messages', 'earlier messages'],
    ]) {
      const page = await app.open(`/log?q=${query!}`);
      await page.locator('#row-0').waitFor();
      const longest = await shortest(async () => {
        const frame = await longestFrame(
          page,
          `document.querySelector('#row-0').click();
          while (!document.querySelector('.detail .conversation')) await frames(1);`,
        );
        await page.getByRole('button', { name: sign! }).first().waitFor();
        await page.keyboard.press('Escape');
        return frame;
      });
      expect(longest).toBeLessThan(LONGEST_FRAME_MS);
    }
  });
});
