import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import type { ReplayEntry } from '../../src/replay/replay-journal.js';
import { reportFiles, writeReport } from '../../src/replay/report/write-report.js';
import { violations } from '../page/support/accessibility.js';
import { launchBrowser } from '../page/support/browser.mjs';
import { hostileTexts } from '../page/support/hostile-texts.js';
import { sampleRow } from '../support/log-rows.js';
import type { LoggedRow } from '../../src/replay/logged-row.js';

jest.setTimeout(120_000);

const PLAN = {
  terms: { model: 'llama', maxTokens: null },
  skipped: { erased: 2, unreadable: 1, embeddings: 0, replays: 0 },
  startedAt: '2026-11-24T12:00:00.000Z',
};

function row(changes: Partial<LoggedRow>): LoggedRow {
  const { error, messages: _messages, key, user, ...rest } = sampleRow();
  return {
    ...rest,
    ...{ error: error || null, messages: null, key: key || null, user: user || null },
    ...{ max_tokens: null, cost_source: 'reported', score: null, comment: null, erased_at: null },
    ...changes,
  };
}

describe('the report of a replay, in a browser', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  let canary: Server;
  let address: string;
  const misdeeds: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    canary = createServer((request, response) => {
      misdeeds.push(`asked: ${request.url}`);
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-report-'));
    page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    page.on('dialog', (dialog) => {
      misdeeds.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) misdeeds.push(`wanted: ${request.url()}`);
    });
    page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
    misdeeds.length = 0;
  });

  afterEach(async () => {
    await page.close();
    rmSync(folder, { recursive: true });
  });

  afterAll(async () => {
    await browser.close();
    canary.close();
  });

  async function show(entries: ReplayEntry[], stopped?: string): Promise<void> {
    writeReport(reportFiles(join(folder, 'replay')), { plan: PLAN, entries, stopped });
    await page.goto(`file://${join(folder, 'replay.html')}`);
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
  }

  it('A23, A24 shows hostile texts, which neither run nor load anything, wherever they stand', async () => {
    const texts = hostileTexts(address);
    const entries = texts.map((text): ReplayEntry => ({
      source: row({
        prompt: text,
        response: `before ${text}`,
        model: text,
        id: text,
        error: text,
        status: 'error',
        messages: [{ role: text, content: [{ type: text }, { type: 'text', text }] }],
      }),
      outcome: { row: row({ response: `after ${text}`, model: text, upstream_model: text, id: text }) },
    }));
    entries.push({ source: row({}), outcome: { failure: { code: texts[0]!, detail: texts[1]! } } });
    await show(entries, texts[1]);
    const strangers = ':is(img, script, iframe, object, svg, form, base, link, a, body style, body meta)';
    expect(await page.locator(strangers).count()).toBe(0);
    for (const [index, text] of texts.entries()) {
      const shown = await page.locator('details').nth(index).textContent();
      expect(shown).toContain(text);
    }
    // Were a text to get out of its element, it could still do nothing.
    await page.evaluate(
      'document.body.insertAdjacentHTML(\'beforeend\', \'<img src="x" onerror="alert(1)">\')',
    );
    await page.evaluate(
      "(() => { const s = document.createElement('script'); s.text = 'alert(2)'; document.body.append(s); })()",
    );
    expect(misdeeds.filter((one) => !/Content Security Policy|Refused/.test(one))).toEqual([]);
    expect(misdeeds.length).toBeGreaterThan(1);
  });

  it('shows what became of each prompt, accessibly, in its own style', async () => {
    await show([
      {
        source: row({ response: 'The sky is blue.', latency: 1, cost: 0.001 }),
        outcome: { row: row({ model: 'llama', response: 'The sea is blue.', latency: 0.5, cost: 0.002 }) },
      },
      {
        source: row({ response: 'Yes.' }),
        outcome: { row: row({ model: 'llama', response: 'Yes.' }) },
      },
      {
        source: row({ model: 'qwen' }),
        outcome: { failure: { code: 'upstream_timeout', detail: 'Too slow.' } },
      },
      { source: row({ model: 'qwen', status: 'error', error: 'upstream_timeout' }) },
    ]);
    expect(misdeeds).toEqual([]);
    expect(await page.locator('del').allTextContents()).toEqual(['sky ']);
    expect(await page.locator('ins').allTextContents()).toEqual(['sea ']);
    expect(await page.locator('header').textContent()).toContain('Left out: 2 erased, 1 unreadable.');
    const groups = await page.locator('.summary .difference th').allTextContents();
    expect(groups.map((text) => text.trim().replace(/\s+/g, ' '))).toEqual([
      '2 prompts, 2 compared, 1 the same',
      '2 prompts, 0 compared, 0 the same, 1 failed',
      '4 prompts, 2 compared, 1 the same, 1 failed',
    ]);
    expect(await page.locator('details').nth(0).textContent()).toContain('−500 ms (−50 %)');
    expect(await page.locator('details').nth(1).textContent()).toContain('same answer');
    expect(await page.locator('details').nth(2).textContent()).toContain('upstream_timeout: Too slow.');
    expect(await page.locator('details').nth(3).textContent()).toContain('Not sent.');
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(19, 20, 18)',
    );
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });

  it('stays quick and small with texts of any length, which the table has whole', async () => {
    const long = (word: string): string => `${word} `.repeat(40_000);
    const entries = Array.from({ length: 20 }, (_, index): ReplayEntry => ({
      source: row({ prompt: long('why'), response: `${long('because')}${index}` }),
      outcome: { row: row({ response: `${index}${long('therefore')}` }) },
    }));
    await show(entries);
    expect(await page.locator('details').first().textContent()).toContain('characters more');
    expect(readFileSync(join(folder, 'replay.html')).length).toBeLessThan(2_000_000);
    const [first] = parse<Record<string, string>>(readFileSync(join(folder, 'replay.csv')), {
      columns: true,
    });
    expect(first?.now_response).toBe(`0${long('therefore')}`);
  });
});
