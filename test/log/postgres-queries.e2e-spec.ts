import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Settings } from '../../src/config/settings.js';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { CsvLogQueries } from '../../src/logging/index/csv-log-queries.js';
import type { LogFilter } from '../../src/logging/log-filter.js';
import type { LogQueries } from '../../src/logging/log-queries.js';
import { BUCKETS, STATS_BY } from '../../src/logging/log-stats.js';
import { CsvImport } from '../../src/logging/postgres/import-csv.js';
import { LogDatabase } from '../../src/logging/postgres/log-database.js';
import { PostgresLogQueries } from '../../src/logging/postgres/postgres-log-queries.js';
import { sampleRow } from '../support/log-rows.js';
import { TestDatabase } from '../support/postgres-server.js';

const STATUSES = ['ok', 'ok', 'ok', 'error', 'client_closed'] as const;

/** Not all alike, and the same in every run. */
const rowOf = (number: number): ReturnType<typeof sampleRow> =>
  sampleRow({
    timestamp: new Date(Date.UTC(2026, 0, 30, 12) + ((number * 7919) % 5_000_000) * 100).toISOString(),
    id: `id-${String(number).padStart(4, '0')}`,
    model: ['llama', 'mistral', 'Qwen'][number % 3] ?? '',
    requested_model: number % 4 === 0 ? '' : 'mistral',
    status: STATUSES[number % STATUSES.length] ?? 'ok',
    prompt: number % 10 === 0 ? `Straße ${number} 100%_\\` : `question ${number}`,
    latency: number % 11 === 0 ? null : ((number * 37) % 101) / 7,
    ttft: number % 5 === 0 ? null : (number % 13) / 10,
    cost: number % 6 === 0 ? null : number / 1e6,
    response_tokens: number % 9 === 0 ? null : number,
    key: number % 2 === 0 ? 'k1' : '',
    messages: number % 8 === 0 ? '[{"role":"user","content":"é"}]' : '',
  });

describe('a CSV log that was brought into PostgreSQL', () => {
  let database: TestDatabase;
  let folder: string;
  let csv: CsvLogQueries;
  let postgres: PostgresLogQueries;
  const said: string[] = [];

  beforeAll(async () => {
    database = await TestDatabase.create();
    folder = await mkdtemp(join(tmpdir(), 'parley-import-'));
    const path = join(folder, 'chat_logs.csv');
    const rows = Array.from({ length: 400 }, (_, number) => formatRow(rowOf(number)));
    await writeFile(path, Buffer.concat([Buffer.from(HEADER_LINE), ...rows]));
    const older = 'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens\r\n';
    const olderRow = '2024-05-01 12:00:00.5,llama,"p, 1",r,1.5,2,3\r\n';
    await writeFile(join(folder, 'chat_logs.20240501.csv'), older + olderRow + olderRow);
    const amendments = [
      ['id-0006', 'generation', 'gen-6'],
      ['id-0012', 'generation', 'gen-12'],
      ['id-0012', 'cost', '0.5'],
      ['id-0001', 'score', '1'],
      ['id-0001', 'score', '-1'],
      ['id-0001', 'comment', 'no, ""really""'],
      ['id-0002', 'score', '1'],
      ['id-0003', 'erased_at', '2026-02-01T00:00:00.000Z'],
      ['gone', 'score', '1'],
    ].map((fields) => `"2026-02-01T00:00:00.000Z",${fields.map((field) => `"${field}"`).join(',')}\r\n`);
    await writeFile(
      join(folder, 'chat_logs.amendments.csv'),
      `timestamp,id,field,value\r\n${amendments.join('')}`,
    );
    csv = new CsvLogQueries({ path, warn: () => undefined });
    postgres = new PostgresLogQueries(Object.assign(new Settings(), { DATABASE_URL: database.url }));
    const target = new LogDatabase({ url: database.url, writeTimeoutMs: 20_000, retentionDays: 0 });
    await target.prepare();
    // Twice: what is there stays as it is.
    for (let run = 0; run < 2; run++)
      expect(await new CsvImport(target, (line) => said.push(line)).run(path)).toBe(true);
    await target.close();
  }, 60_000);

  afterAll(async () => {
    await csv.close();
    await postgres.close();
    await database.remove();
    await rm(folder, { recursive: true });
  });

  const both = async <T>(question: (log: LogQueries) => Promise<T>): Promise<[T, T]> => [
    await question(postgres),
    await question(csv),
  ];

  const FILTERS: LogFilter[] = [
    {},
    { model: 'llama' },
    { requested_model: 'llama' },
    { key: 'k1', status: 'error' },
    { scope: 'k1' },
    { from: new Date('2026-01-31T00:00:00Z'), to: new Date('2026-02-02T06:00:00Z') },
    { min_latency: 2, max_latency: 9.5 },
    { q: 'STRASSE' },
    { q: 'straße' },
    { q: '100%_\\' },
    { q: 'question 1', model: 'mistral' },
  ];

  it('says what it brought in', () => {
    expect(
      said
        .slice(0, 3)
        .map((line) => line.replace(/^.*\//, ''))
        .sort(),
    ).toEqual([
      'chat_logs.20240501.csv: 2 lines',
      'chat_logs.amendments.csv: 9 lines',
      'chat_logs.csv: 400 lines',
    ]);
  });

  it.each(FILTERS)('gives the same pages for %j', async (filter) => {
    const [there, here] = await both(async (log) => {
      const pages = [];
      let page = await log.page(filter, { limit: 150 });
      pages.push(page.rows);
      while (page.next) {
        page = await log.page(filter, { limit: 150, after: page.next });
        pages.push(page.rows);
      }
      return pages;
    });
    expect(there).toEqual(here);
  });

  it.each(FILTERS)('gives the same figures for %j, percentiles too', async (filter) => {
    for (const by of STATS_BY)
      for (const bucket of [undefined, ...BUCKETS].filter((name) => name !== 'minute')) {
        const [there, here] = await both((log) => log.stats(filter, { by, bucket }));
        expect(there).toEqual(here);
      }
  });

  it('gives the same rows by id, and in an export', async () => {
    for (const id of ['id-0001', 'id-0003', 'id-0012', 'nobody']) {
      const [there, here] = await both((log) => log.get(id));
      expect(there).toEqual(here);
    }
    const ids = async (log: LogQueries) => {
      const found: (string | null)[] = [];
      for await (const rows of log.rows({ model: 'llama' })) found.push(...rows.map((row) => row.id));
      return found;
    };
    const [there, here] = await both(ids);
    expect(there.map(String).sort()).toEqual(here.map(String).sort());
  });

  it('knows the same bills that are still to come', async () => {
    const [there, here] = await both((log) => log.unbilled(new Date(0), 10));
    expect(there).toEqual(here);
    expect(there).toEqual([{ id: 'id-0006', generation: 'gen-6' }]);
  });

  it('erases texts and comments by id and by time, and leaves the rows', async () => {
    const before = await postgres.stats({});
    expect(await postgres.erase({ ids: ['id-0001', 'id-0010'] })).toBe(true);
    expect(await postgres.erase({ ids: ['id-0001', 'nobody'] })).toBe(false);
    expect(await postgres.get('id-0001')).toMatchObject({
      prompt: '',
      response: '',
      messages: null,
      comment: null,
      score: -1,
      erased_at: expect.stringMatching(/Z$/),
    });
    expect(await postgres.erase({ before: Date.UTC(2026, 0, 31) })).toBe(true);
    const { rows } = await postgres.page({ to: new Date('2026-01-31T00:00:00Z') }, { limit: 500 });
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(({ prompt, response }) => prompt + response).join('')).toBe('');
    expect(await postgres.stats({})).toEqual(before);
    expect(
      await database.query("SELECT id FROM chat_texts WHERE prompt = '' AND timestamp >= '2026-02-02'"),
    ).toEqual([]);
  });

  it('A26 L17: a question that nobody waits for is cancelled, and leaves its connection to the next', async () => {
    const slow = { q: 'x'.repeat(200) };
    await database.query(
      'ALTER TABLE chat_texts RENAME TO kept; CREATE VIEW chat_texts AS SELECT kept.* FROM kept, pg_sleep(30)',
    );
    try {
      const client = new AbortController();
      const answers = Array.from({ length: 6 }, () => postgres.page(slow, { limit: 1 }, client.signal));
      setTimeout(() => {
        client.abort(new Error('left'));
      }, 300);
      for (const result of await Promise.allSettled(answers))
        expect(result).toMatchObject({ status: 'rejected', reason: new Error('left') });
    } finally {
      await database.query('DROP VIEW chat_texts; ALTER TABLE kept RENAME TO chat_texts');
    }
    expect((await postgres.page({}, { limit: 3 })).rows).toHaveLength(3);
    const running =
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()";
    expect(await database.query(running)).toEqual([]);
  });
});
