import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { sampleRow } from '../support/log-rows.js';
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

  // Another program that takes the processor for a moment says nothing about the service.
  jest.retryTimes(2);
  it('H1: does not hold up /health for over 60 ms meanwhile', async () => {
    const answered = new AbortController();
    const question = app.get('/logs/stats').finally(() => {
      answered.abort();
    });
    const waits: number[] = [];
    while (!answered.signal.aborted) {
      const start = performance.now();
      expect((await app.get('/health')).status).toBe(200);
      waits.push(performance.now() - start);
      await sleep(5);
    }
    expect(((await (await question).json()) as { total: { count: number } }).total.count).toBe(ROWS);
    expect(waits.length).toBeGreaterThan(10);
    expect(Math.max(...waits)).toBeLessThan(60);
  });
});
