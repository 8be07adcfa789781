import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { sampleRow } from '../support/log-rows.js';
import { watchEventLoop } from '../support/main-thread-cpu.js';
import { TestApp } from '../support/test-app.js';

const ROWS = 300_000;

describe('the first question to a log of 300,000 rows', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
    const [before = '', after = ''] = formatRow(sampleRow({ id: '%' }))
      .toString()
      .split('%');
    const rows = Array.from({ length: ROWS }, (_, index) => `${before}${index}${after}`);
    await writeFile(join(app.folder, 'chat_logs.20250101T000000000Z.csv'), HEADER_LINE + rows.join(''));
  });

  afterEach(() => app.stop());

  it('H1: does not hold up /health for over 60 ms meanwhile', async () => {
    const answered = new AbortController();
    const question = app.get('/logs/stats').finally(() => {
      answered.abort();
    });
    let asked = 0;
    const stop = watchEventLoop();
    while (!answered.signal.aborted) {
      expect((await app.get('/health')).status).toBe(200);
      asked++;
      await sleep(5);
    }
    expect(((await (await question).json()) as { total: { count: number } }).total.count).toBe(ROWS);
    expect(asked).toBeGreaterThan(10);
    expect(Math.max(...stop())).toBeLessThan(60);
  }, 120_000);
});
