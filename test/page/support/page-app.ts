import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { TestApp, type TestAppOptions } from '../../support/test-app.js';
import { launchBrowser } from './browser.mjs';

/** Slow machines run these tests too. */
export const PATIENCE_MS = 30_000;

/** What a page must not do; empty as long as all is well. */
export interface Misdeeds {
  dialogs: string[];
  /** Addresses beyond the service that the page asked for. */
  strangers: string[];
  /** What the CSP forbade, and errors that nobody caught. */
  errors: string[];
}

export type WatchedPage = Page & { misdeeds: Misdeeds };

/** @param url of the service */
export async function openPage(
  browser: Browser,
  url: string,
  fragment = '/chat',
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const misdeeds: Misdeeds = { dialogs: [], strangers: [], errors: [] };
  page.on('dialog', (dialog) => {
    misdeeds.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:'))
      misdeeds.strangers.push(request.url());
  });
  page.on('pageerror', ({ message }) => misdeeds.errors.push(message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) misdeeds.errors.push(message.text());
  });
  await page.goto(`${url}/#${fragment}`);
  return Object.assign(page, { misdeeds });
}

/** The real service in front of an emulator, and a browser that looks at its page. */
export class PageApp {
  private constructor(
    readonly service: TestApp,
    private readonly browser: Browser,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<PageApp> {
    return new PageApp(await TestApp.start(options), await launchBrowser());
  }

  /** A tab of its own, with no memory of others. @param fragment such as `/log?model=llama` */
  open(fragment = '/chat', options: BrowserContextOptions = {}): Promise<WatchedPage> {
    return openPage(this.browser, this.service.url, fragment, options);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.service.stop();
  }
}

/** Types a prompt and sends it. */
export async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill(prompt);
  await page.keyboard.press('Enter');
}

/** The model's answers that are complete. */
export async function answered(page: Page, count = 1): Promise<void> {
  await page
    .locator('.answer .figures-line', { hasText: 'Attempts' })
    .nth(count - 1)
    .waitFor();
}
