import { mkdir, rename, rmdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';
import { launchBrowser } from './support/browser.mjs';
import { answered, ask, openPage, PATIENCE_MS } from './support/page-app.js';

jest.setTimeout(3 * PATIENCE_MS);

describe('a service that fails under the page', () => {
  let browser: Browser;
  let service: ServiceChild;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    service = await ServiceChild.start();
  });

  afterEach(() => service.dispose());

  afterAll(() => browser.close());

  it('G1 is killed in the middle of an answer, and comes back: what was there is there, and goes on', async () => {
    const page = await openPage(browser, service.url);
    await ask(page, 'First');
    await answered(page);
    service.emulator.configure({ chunkMs: 50 });
    service.emulator.always('*', { kind: 'endless-deltas' });
    await ask(page, 'Will be cut.');
    await page.locator('.answer-text').nth(1).waitFor();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Half a thought');
    service.signal('SIGKILL');
    await page.getByText('The answer was cut off').waitFor();
    await page.getByText('Parley can’t be reached.').waitFor();
    await service.exited();
    const { port } = new URL(service.url);
    const former = service;
    service = await ServiceChild.start({ env: { PORT: port } });
    await former.dispose();
    await page.getByText('Parley is back.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe(
      'Half a thought',
    );
    await page.getByRole('button', { name: 'Try again' }).click();
    await answered(page, 2);
    await page.evaluate("location.hash = '#/log'");
    await page.locator('.row', { hasText: 'Will be cut.' }).waitFor();
    expect(page.misdeeds).toEqual({ dialogs: [], strangers: [], errors: [] });
  });

  it('has a log that takes no answers for a while: says so, and loses no prompt', async () => {
    const page = await openPage(browser, service.url);
    await page.locator('.picked').waitFor();
    await rename(service.logPath, `${service.logPath}.1`);
    await mkdir(service.logPath);
    await until('the log refuses', async () => (await service.chat()).status === 503, PATIENCE_MS);
    await ask(page, 'Not now.');
    await page.getByRole('alert').getByText('The log can’t take answers').waitFor();
    await page.getByText('Parley takes no chats at the moment.').waitFor();
    expect(await page.getByText('Not now.').count()).toBe(1);
    await rmdir(service.logPath);
    await page.getByText('Parley takes no chats at the moment.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Try again/ }).click();
    await answered(page);
  });
});
