import { Module } from '@nestjs/common';
import type { Page } from 'playwright-core';
import { ModelAdapter } from '../../src/models/model.adapter.js';
import { Model } from '../../src/models/model.decorator.js';
import type { ChatEventBatch } from '../../src/models/model.types.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser } from './support/browser.mjs';
import { PageApp, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(6 * PATIENCE_MS);

const FIRST_VIEW_MS = 1000;
const NEXT_FRAME_MS = 100;
/** The machine may be busy with something else: the best of a few tells what the page itself needs. */
const TRIES = 5;

/** Talks in markdown, fast, until its client leaves. */
abstract class Talker extends ModelAdapter {
  async *stream(): AsyncGenerator<ChatEventBatch> {
    for (let line = 1; ; line++) {
      for (const text of [
        `${line}. **Item ${line}**`,
        ' with `code`',
        ' and some words to read',
        line % 9 ? '\n' : '\n\n',
      ]) {
        yield [{ type: 'delta', text }];
        await sleep(4);
      }
    }
  }
}

@Model({ name: 'one', title: 'One', upstream: ['talker/one'] })
class One extends Talker {}

@Model({ name: 'two', title: 'Two', upstream: ['talker/two'] })
class Two extends Talker {}

@Model({ name: 'three', title: 'Three', upstream: ['talker/three'] })
class Three extends Talker {}

@Model({ name: 'four', title: 'Four', upstream: ['talker/four'] })
class Four extends Talker {}

@Module({ providers: [One, Two, Three, Four] })
class Talkers {}

describe('the speed of the page', () => {
  let app: PageApp;

  beforeAll(async () => {
    app = await PageApp.start({ imports: [Talkers] });
  });

  afterAll(() => app.stop());

  it('shows a first view that can be used within a second of a cold browser’s navigation', async () => {
    const times: number[] = [];
    for (let tries = 0; tries < TRIES && !(Math.min(...times) < FIRST_VIEW_MS); tries++) {
      const browser = await launchBrowser();
      const page = await browser.newPage();
      await page.goto(app.service.url, { waitUntil: 'commit' });
      await page.locator('.picked').waitFor();
      times.push(await page.evaluate<number>('performance.now()'));
      await browser.close();
    }
    expect(Math.min(...times)).toBeLessThan(FIRST_VIEW_MS);
  });

  it('answers keys within 100 ms while four answers stream', async () => {
    const page = await app.open();
    // The first of all names, `four`, is chosen as it is.
    await compareWith(page, ['one', 'two', 'three']);
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Talk');
    await page.keyboard.press('Enter');
    await page.locator('.answer-text').nth(3).waitFor();
    const times: number[] = [];
    for (let tries = 0; tries < TRIES * 4; tries++) times.push(await timeToFrame(page));
    await page.keyboard.press('Escape');
    times.sort((a, b) => a - b);
    expect(times[TRIES * 2]).toBeLessThan(NEXT_FRAME_MS);
  });
});

async function compareWith(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page.getByLabel('Compare with another model').click();
    await page.locator('.menu-items:popover-open').getByRole('button', { name }).click();
  }
}

/** From a key that is typed to the frame that shows it. */
function timeToFrame(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    setTimeout(() => {
      const begun = performance.now(), area = document.getElementById('prompt');
      area.value += 'x';
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
      requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => done(performance.now() - begun); channel.port2.postMessage(0); });
    }, Math.random() * 50);
  })`);
}
