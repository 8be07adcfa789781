import { parse } from 'csv-parse/sync';
import { appendFile, mkdtemp, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleRow } from '../../../test/support/log-rows.js';
import { LOG_COLUMNS, type LogRow } from '../log-row.js';
import type { LogPage } from '../log-queries.js';
import { CsvLogQueries } from './csv-log-queries.js';
import { indexPath } from './index-path.js';

const HEADER = LOG_COLUMNS.join(',') + '\r\n';
const OLDER_HEADER = LOG_COLUMNS.slice(0, 7).join(',') + '\r\n';
const NUMBERS = ['latency', 'prompt_tokens', 'response_tokens', 'ttft', 'cost', 'attempts', 'overhead'];

const HOSTILE = [
  '"',
  '""',
  '\r\n',
  '\r',
  '\n"\r\n"',
  ',,,,"',
  `"\r\n${HEADER}"2026-01-01T00:00:00.000Z","mistral","p","r",1,2,3,"ok",,,,,,,"forged",\r\n`,
  '=1+1',
  '\u0000',
  '\uFEFF',
  '🌧️ 漢字 ü',
  '\u2028\u2029',
  "'; DROP TABLE chat_log; --",
  '$1 %s \\N \\',
  ' '.repeat(70_000),
];

function rowOf(number: number, values: Partial<LogRow> = {}): LogRow {
  return sampleRow({
    timestamp: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    model: number % 3 === 0 ? 'llama' : 'mistral',
    prompt: `prompt ${number}`,
    response: `response ${number}`,
    latency: number + 0.5,
    response_tokens: 10,
    ttft: 0.25,
    cost: 0.001,
    upstream_model: 'a/b',
    id: `id-${String(number).padStart(6, '0')}`,
    ...values,
  });
}

function csvOf(row: LogRow, columns: number = LOG_COLUMNS.length): string {
  const fields = LOG_COLUMNS.slice(0, columns).map((name) => {
    const value = String(row[name] ?? '');
    return NUMBERS.includes(name) || value === '' ? value : `"${value.replaceAll('"', '""')}"`;
  });
  return fields.join(',') + '\r\n';
}

const rowsOf = (count: number, from = 0) => Array.from({ length: count }, (_, index) => rowOf(from + index));
const ids = ({ rows }: LogPage) => rows.map(({ id }) => id);

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('questions to CSV files', () => {
  let folder: string;
  let path: string;
  let log: CsvLogQueries;
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-queries-'));
    path = join(folder, 'chat_logs.csv');
    log = new CsvLogQueries({ path, indexPath: indexPath(path), warn: (line) => warnings.push(line) });
    warnings = [];
  });

  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });

  const write = (rows: LogRow[]) => writeFile(path, HEADER + rows.map((row) => csvOf(row)).join(''));
  const add = (rows: LogRow[]) => appendFile(path, rows.map((row) => csvOf(row)).join(''));
  const count = async () => (await log.stats({})).total.count;

  describe('whatever the texts are', () => {
    const rows = HOSTILE.map((text, index) =>
      rowOf(index, { prompt: text, response: text + text, messages: JSON.stringify([{ content: text }]) }),
    );

    it('answers the rows as they were written', async () => {
      await write(rows);
      const { rows: found } = await log.page({}, { limit: 100 });
      const expected = rows.map((row) => ({
        ...row,
        error: null,
        key: null,
        user: null,
        max_tokens: null,
        cost_source: 'reported',
        score: null,
        comment: null,
        erased_at: null,
      }));
      expect(found).toEqual(expected.reverse());
      expect(await log.get('forged')).toBeUndefined();
    });

    it('A26: finds each text by itself, literally', async () => {
      await write(rows);
      for (const [index, text] of HOSTILE.entries())
        if (text.length <= 200)
          expect(ids(await log.page({ q: text }, { limit: 100 }))).toContain(rows[index]?.id);
    });

    it('exports the very bytes of the file as raw', async () => {
      await write(rows);
      expect(await collect(log.export({}, 'raw'))).toEqual(await readFile(path));
    });

    it('exports the same rows as jsonl and as parquet', async () => {
      await write(rows);
      const lines = (await collect(log.export({}, 'jsonl'))).toString().trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as LogRow).prompt)).toEqual(HOSTILE);
      const parquet = join(folder, 'rows.parquet');
      await writeFile(parquet, await collect(log.export({}, 'parquet')));
      expect(await promptsOfParquet(parquet)).toEqual(HOSTILE);
    });

    it('A22: exports no formula as csv, and another reader finds every row', async () => {
      await write(rows);
      const csv = (await collect(log.export({}, 'csv'))).toString();
      const found = parse(csv, { columns: true, record_delimiter: '\r\n' }) as unknown as Record<
        string,
        string
      >[];
      expect(found).toHaveLength(HOSTILE.length);
      for (const row of found)
        for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r\n-]/);
      expect(found[7]?.prompt).toBe("'=1+1");
    });
  });

  describe('L16: half a row', () => {
    it('is in no answer, wherever it was cut, and whole once it is', async () => {
      const rows = [...rowsOf(2), rowOf(2, { prompt: 'a "quoted"\r\nprompt', messages: '["x"]' })];
      const whole = Buffer.from(HEADER + rows.map((row) => csvOf(row)).join(''));
      const lastStart = whole.length - Buffer.byteLength(csvOf(rows[2]!));
      await writeFile(path, whole.subarray(0, lastStart));
      for (let length = lastStart; length < whole.length; length++) {
        await appendFile(path, whole.subarray(length, length + 1));
        if (length % 7 === 0)
          expect(ids(await log.page({}, { limit: 10 }))).toEqual(['id-000001', 'id-000000']);
      }
      expect(ids(await log.page({}, { limit: 10 }))).toEqual(['id-000002', 'id-000001', 'id-000000']);
    });

    it('never shows while a writer is at work, and every row that was written does', async () => {
      await write([]);
      const text = 'x"\r\n,'.repeat(300);
      let written = 0;
      let questions = 0;
      const asked = new AbortController();
      const writing = new AbortController();
      const writer = (async () => {
        const file = await open(path, 'a');
        for (let batch = 0; !asked.signal.aborted && (batch < 30 || questions < 5); batch++) {
          const rows = rowsOf(20, batch * 20).map((row) => ({ ...row, prompt: text, response: text }));
          const bytes = Buffer.from(rows.map((row) => csvOf(row)).join(''));
          for (let at = 0; at < bytes.length;) {
            const size = 1 + Math.floor(Math.random() * bytes.length);
            at += (await file.write(bytes, at, Math.min(size, bytes.length - at))).bytesWritten;
          }
          written += rows.length;
          // Slower in the end, or a slow machine would never read as fast as this writes.
          await sleep(batch < 30 ? 5 : 200);
        }
        await file.close();
        writing.abort();
      })();
      try {
        while (!writing.signal.aborted) {
          const atLeast = written;
          const [page, stats, raw] = await Promise.all([
            log.page({}, { limit: 100 }),
            log.stats({}),
            collect(log.export({}, 'raw')),
          ]);
          for (const row of page.rows)
            expect([row.prompt, row.response, row.attempts]).toEqual([text, text, 1]);
          expect(stats.total.count).toBeGreaterThanOrEqual(atLeast);
          expect(stats.unreadable_rows).toBe(0);
          expect((parse(raw) as unknown[]).length - 1).toBeGreaterThanOrEqual(atLeast);
          questions++;
        }
      } finally {
        asked.abort();
        await writer;
      }
      expect(await count()).toBe(written);
    });

    it('does not come back when the writer cuts it off and writes another', async () => {
      await write(rowsOf(3));
      expect(await count()).toBe(3);
      const length = (await readFile(path)).length;
      await truncate(path, length - Buffer.byteLength(csvOf(rowOf(2))));
      expect(await count()).toBe(2);
      await add([rowOf(7, { response: 'longer than what was there before' }), rowOf(8)]);
      expect(ids(await log.page({}, { limit: 10 }))).toEqual([
        'id-000008',
        'id-000007',
        'id-000001',
        'id-000000',
      ]);
    });
  });

  describe('the other files of the log', () => {
    it('are read too: rotated ones, and older ones whose missing fields are unknown', async () => {
      const older = rowsOf(2)
        .map((row) => csvOf(row, 7))
        .join('');
      await writeFile(join(folder, 'chat_logs.20260101T000000000Z.csv'), OLDER_HEADER + older);
      await writeFile(join(folder, 'chat_logs.csv.1'), HEADER + csvOf(rowOf(2)));
      await writeFile(join(folder, 'chat_logs.csv.lock'), 'no log');
      await writeFile(join(folder, 'other.csv'), HEADER + csvOf(rowOf(9)));
      await write([rowOf(3)]);
      const { rows } = await log.page({}, { limit: 10 });
      expect(rows.map(({ prompt }) => prompt)).toEqual(['prompt 3', 'prompt 2', 'prompt 1', 'prompt 0']);
      expect(rows[3]).toEqual({
        ...rowOf(0),
        ...{ status: 'ok', error: null, finish_reason: null, ttft: null, cost: null },
        ...{ upstream_model: null, attempts: null, id: null, messages: null, cost_source: null },
        ...{ max_tokens: null, score: null, comment: null, erased_at: null },
        ...{ requested_model: null, key: null, user: null, request_id: null, overhead: null },
      });
      expect((await log.stats({ status: 'ok' })).total).toMatchObject({ count: 4, cost: 0.002 });
      const raw = parse(await collect(log.export({}, 'raw')), {
        relax_column_count: true,
      });
      // Each kind of file brings its own header: nothing is filled in.
      expect(raw.map(([, , prompt]) => prompt).filter((text) => text !== 'prompt')).toEqual([
        'prompt 0',
        'prompt 1',
        'prompt 2',
        'prompt 3',
      ]);
    });

    it('are paged through without a row lost or twice, even where no row has an id and all have one time', async () => {
      const { timestamp } = rowOf(0);
      const older = rowsOf(25).map((row) => csvOf({ ...row, timestamp }, 7));
      await writeFile(join(folder, 'chat_logs.csv.1'), OLDER_HEADER + older.join(''));
      const seen: string[] = [];
      let page = await log.page({}, { limit: 4 });
      for (;;) {
        seen.push(...page.rows.map(({ prompt }) => prompt));
        if (!page.next) break;
        await add([]);
        page = await log.page({}, { limit: 4, after: page.next });
      }
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
    });

    it('are not read again when they are renamed, and not counted twice', async () => {
      await write(rowsOf(3));
      expect(await count()).toBe(3);
      await rename(path, `${path}.1`);
      expect(await count()).toBe(3);
      await write([rowOf(3)]);
      expect(await count()).toBe(4);
      await rm(`${path}.1`);
      expect(await count()).toBe(1);
    });

    it('are left out where they are no log, whole or in part', async () => {
      await write([rowOf(0)]);
      const odd = csvOf(rowOf(5)).replace('"ok"', '"ok"x');
      const torn = csvOf(rowOf(6)).slice(0, -9);
      const good = rowsOf(3, 1).map((row) => csvOf(row));
      await writeFile(`${path}.1`, HEADER + [good[0], 'a,b\r\n', good[1], odd, good[2], torn].join(''));
      await writeFile(`${path}.2`, 'name,price\r\n1,2\r\n');
      await writeFile(`${path}.3.gz`, Buffer.from([0x1f, 0x8b, 0x08, 0x0a]));
      await writeFile(`${path}.4`, '');
      const { total, unreadable_rows } = await log.stats({});
      expect([total.count, unreadable_rows]).toEqual([4, 3]);
      expect(ids(await log.page({}, { limit: 10 }))).toEqual([
        'id-000003',
        'id-000002',
        'id-000001',
        'id-000000',
      ]);
    });

    it('answer nothing where there are none', async () => {
      expect(await log.page({}, { limit: 10 })).toEqual({ rows: [], next: null });
      expect(await log.page({ q: 'x' }, { limit: 10 })).toEqual({ rows: [], next: null });
      expect(await log.stats({}, { bucket: 'hour' })).toMatchObject({
        total: { count: 0, cost: null },
        buckets: [],
      });
      expect((await collect(log.export({}, 'raw'))).toString()).toBe(HEADER);
      expect((await collect(log.export({}, 'parquet'))).subarray(0, 4).toString()).toBe('PAR1');
    });
  });

  it('forgets what was erased by a rewrite, at once', async () => {
    await write(rowsOf(3));
    expect((await log.page({ q: 'prompt 1' }, { limit: 5 })).rows).toHaveLength(1);
    const erased = rowsOf(3).map((row) => csvOf({ ...row, prompt: '', response: '', error: 'erased_at' }));
    await writeFile(`${path}.erasing`, HEADER + erased.join(''));
    await rename(`${path}.erasing`, path);
    expect((await log.page({ q: 'prompt 1' }, { limit: 5 })).rows).toEqual([]);
    expect(await count()).toBe(3);
  });

  it('filters by everything at once', async () => {
    const odd = rowOf(50, { status: 'error', error: 'upstream_timeout', latency: null, response: 'ODD one' });
    await write([...rowsOf(50), odd]);
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000);
    expect(ids(await log.page({ model: 'llama', from: at(10), to: at(18) }, { limit: 9 }))).toEqual([
      'id-000015',
      'id-000012',
    ]);
    expect(ids(await log.page({ min_latency: 48.5, max_latency: 48.5 }, { limit: 9 }))).toEqual([
      'id-000048',
    ]);
    expect(ids(await log.page({ status: 'error', q: 'odd ONE' }, { limit: 9 }))).toEqual(['id-000050']);
    expect((await log.stats({ q: 'response 4' })).total.count).toBe(11);
    expect(await log.get('id-000007')).toMatchObject({ prompt: 'prompt 7', latency: 7.5, messages: null });
  });

  it('gives the figures that a calculation by hand gives', async () => {
    await write([
      ...rowsOf(101),
      rowOf(200, { status: 'error', latency: null, ttft: null, response_tokens: null, cost: null }),
    ]);
    const { total, models, buckets } = await log.stats({}, { bucket: 'minute' });
    expect(total).toEqual({
      count: 102,
      errors: 1,
      votes: { up: 0, down: 0 },
      latency: { p50: 50.5, p95: 95.5, p99: 99.5, mean: 50.5 },
      ttft: { p50: 0.25, p95: 0.25, p99: 0.25, mean: 0.25 },
      prompt_tokens: 408,
      response_tokens: 1010,
      tokens_per_second: 0.198,
      cost: 0.101,
    });
    expect(models.map(({ model, count: rows }) => [model, rows])).toEqual([
      ['llama', 34],
      ['mistral', 68],
    ]);
    expect(buckets?.map(({ start, total: { count: rows } }) => [start, rows])).toEqual([
      ['2026-01-01T00:00:00.000Z', 60],
      ['2026-01-01T00:01:00.000Z', 41],
      ['2026-01-01T00:03:00.000Z', 1],
    ]);
  });

  it('ends when its client leaves, and takes the next question', async () => {
    await write(rowsOf(100));
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(log.page({}, { limit: 5 }, gone)).rejects.toThrow('gone');
    const leaving = new AbortController();
    const question = log.stats({ q: 'x' }, { bucket: 'day' }, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(question).rejects.toThrow('left');
    const taken = log.export({}, 'raw', leaving.signal);
    await expect(taken.next()).rejects.toThrow('left');
    const half = log.export({}, 'jsonl');
    await half.next();
    await half.return(undefined);
    expect(await count()).toBe(100);
  });

  it('L17: bounds how many ask at once, and refuses the rest as busy', async () => {
    await write(rowsOf(10));
    const answers = await Promise.allSettled(Array.from({ length: 60 }, () => log.stats({})));
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(60 - 36);
    expect(refused[0]).toMatchObject({ reason: { code: 'log_busy' } });
    await sleep(0);
    expect(await count()).toBe(10);
  });
});

async function promptsOfParquet(path: string): Promise<unknown[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT to_base64(encode(prompt)) FROM read_parquet('${path}')`,
  );
  // As Base64: DuckDB's own text conversion drops a byte order mark.
  const prompts =
    reader.getColumnsJS()[0]?.map((text) => Buffer.from(text as string, 'base64').toString()) ?? [];
  connection.closeSync();
  instance.closeSync();
  return prompts;
}
