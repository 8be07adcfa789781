import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from '../csv/csv-format.js';
import type { LogRow } from '../log-row.js';
import { CsvLogQueries } from './csv-log-queries.js';
import { indexPath } from './index-path.js';

describe('what becomes known of a row later', () => {
  let folder: string;
  let log: CsvLogQueries;
  let amendments: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-amended-'));
    const path = join(folder, 'chat_logs.csv');
    amendments = join(folder, 'chat_logs.amendments.csv');
    const row = (id: string, changes: Partial<LogRow>) => formatRow(sampleRow({ id, ...changes }));
    const rows = [
      row('a', { cost: 0.5, requested_model: 'llama', key: 'k1' }),
      row('b', { cost: null, status: 'client_closed', response_tokens: null, latency: 90 }),
      row('c', { cost: null, model: 'llama', requested_model: '' }),
    ];
    await writeFile(path, Buffer.concat([Buffer.from(HEADER_LINE), ...rows]));
    await writeFile(amendments, 'timestamp,id,field,value\r\n');
    log = new CsvLogQueries({ path, indexPath: indexPath(path), warn: () => undefined });
  });

  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });

  const amend = (id: string, field: string, value: string) =>
    appendFile(amendments, `"2026-11-24T08:00:00.000Z","${id}","${field}","${value}"\r\n`);

  it('is in rows, stats and exports', async () => {
    expect(await log.get('a')).toMatchObject({ cost: 0.5, cost_source: 'reported', score: null });
    await amend('b', 'generation', 'gen-1');
    expect(await log.get('b')).toMatchObject({ cost: null, cost_source: 'estimated' });
    await amend('b', 'cost', '0.25');
    await amend('b', 'response_tokens', '12');
    await amend('a', 'score', '1');
    await amend('a', 'score', '-1');
    await amend('a', 'comment', 'no, ""really""');
    await amend('c', 'score', '1');
    await amend('gone', 'score', '1');
    await amend('a', 'erased_at', '2026-11-24T09:00:00.000Z');
    const { rows } = await log.page({}, { limit: 10 });
    expect(rows.map(({ id, cost, cost_source, score }) => [id, cost, cost_source, score])).toEqual([
      ['c', null, null, 1],
      ['b', 0.25, 'settled', null],
      ['a', 0.5, 'reported', -1],
    ]);
    expect(await log.get('a')).toMatchObject({
      comment: 'no, "really"',
      erased_at: '2026-11-24T09:00:00.000Z',
    });
    const { total, models } = await log.stats({});
    expect(total).toMatchObject({
      count: 3,
      cost: 0.75,
      response_tokens: 47 + 12 + 47,
      votes: { up: 1, down: 1 },
    });
    expect(models.map(({ model, votes }) => [model, votes])).toEqual([
      ['llama', { up: 1, down: 0 }],
      ['mistral', { up: 0, down: 1 }],
    ]);
    const exported: unknown[] = [];
    for await (const batch of log.rows({})) exported.push(...batch.map(({ cost, score }) => [cost, score]));
    expect(exported).toEqual([
      [0.5, -1],
      [0.25, null],
      [null, 1],
    ]);
  });

  it('leaves an index that went on across a restart as it is', async () => {
    await amend('a', 'score', '1');
    await log.stats({});
    await log.close();
    const path = join(folder, 'chat_logs.csv');
    log = new CsvLogQueries({ path, indexPath: indexPath(path), warn: () => undefined });
    await amend('a', 'score', '0');
    expect((await log.stats({})).total.votes).toEqual({ up: 0, down: 0 });
    expect((await log.get('a'))?.score).toBe(0);
  });

  it('figures are given by who was asked, and rows found by it and by key', async () => {
    const { models } = await log.stats({}, { by: 'requested_model' });
    expect(models.map(({ model, count }) => [model, count])).toEqual([
      ['llama', 2],
      ['mistral', 1],
    ]);
    const idsOf = async (filter: object) => (await log.page(filter, { limit: 10 })).rows.map(({ id }) => id);
    expect(await idsOf({ requested_model: 'llama' })).toEqual(['c', 'a']);
    expect(await idsOf({ key: 'k1' })).toEqual(['a']);
  });

  it('latencies are those of rows that succeeded', async () => {
    const { total, latency_histogram } = await log.stats({});
    expect(total.latency.p99).toBe(1.234);
    expect(latency_histogram.counts.reduce((sum, count) => sum + count)).toBe(2);
  });
});
