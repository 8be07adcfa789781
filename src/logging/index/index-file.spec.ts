import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from '../csv/csv-format.js';
import { CsvLogQueries } from './csv-log-queries.js';
import { indexPath } from './index-path.js';

const CANARY = 'canary-7f3a';

describe('the index in its file', () => {
  let folder: string;
  let path: string;
  let warnings: string[];
  let log: CsvLogQueries | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-index-'));
    path = join(folder, 'chat_logs.csv');
    warnings = [];
  });

  afterEach(async () => {
    await log?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const rows = (from: number, count: number) =>
    Buffer.concat(
      Array.from({ length: count }, (_, index) =>
        formatRow(
          sampleRow({ id: `id-${from + index}`, prompt: CANARY, messages: `[{"content":"${CANARY}"}]` }),
        ),
      ),
    );
  const write = (count: number) => writeFile(path, Buffer.concat([Buffer.from(HEADER_LINE), rows(0, count)]));

  async function start(): Promise<CsvLogQueries> {
    await log?.close();
    log = new CsvLogQueries({ path, indexPath: indexPath(path), warn: (line) => warnings.push(line) });
    return log;
  }

  const counted = async () => {
    const { total, unreadable_rows } = await (await start()).stats({});
    return [total.count, unreadable_rows];
  };

  it('is continued after a restart: what was indexed is not read again', async () => {
    await write(50);
    expect(await counted()).toEqual([50, 0]);
    await appendFile(path, rows(50, 5));
    // What the index knows of the first rows is all that is left of them.
    const instance = await DuckDBInstance.create(await closed());
    const connection = await instance.connect();
    await connection.run("UPDATE logged_row SET model = 'from the index'");
    connection.closeSync();
    instance.closeSync();
    const { models } = await (await start()).stats({});
    expect(models.map(({ model, count }) => [model, count])).toEqual([
      ['from the index', 50],
      ['mistral', 5],
    ]);
    expect(warnings).toEqual([]);
  });

  async function closed(): Promise<string> {
    await log?.close();
    log = undefined;
    return indexPath(path);
  }

  it('is nobody else’s to read, and holds no texts', async () => {
    await write(50);
    await writeFile(
      join(folder, 'chat_logs.amendments.csv'),
      `timestamp,id,field,value\r\n"2026-01-01T00:00:00.000Z","id-1","comment","${CANARY}"\r\n`,
    );
    expect((await (await start()).get('id-1'))?.comment).toBe(CANARY);
    for (const file of [indexPath(path), `${indexPath(path)}.wal`])
      if (existsSync(file)) expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    const { readFile } = await import('node:fs/promises');
    expect((await readFile(await closed())).includes(CANARY)).toBe(false);
  });

  it.each([
    ['damaged', () => truncate(indexPath(path), 9_000)],
    ['foreign', () => writeFile(indexPath(path), 'not a database')],
    ['empty', () => truncate(indexPath(path), 0)],
    ['gone', () => rm(indexPath(path))],
    [
      'a database of somebody else',
      async () => {
        await rm(indexPath(path));
        const instance = await DuckDBInstance.create(indexPath(path));
        (await instance.connect()).closeSync();
        instance.closeSync();
      },
    ],
  ])('is made anew where it is %s', async (_, damage) => {
    await write(50);
    expect(await counted()).toEqual([50, 0]);
    await closed();
    await damage();
    expect(await counted()).toEqual([50, 0]);
    expect(await counted()).toEqual([50, 0]);
    expect(warnings.length).toBeLessThanOrEqual(1);
  });

  it('is made anew where its version is another', async () => {
    await write(5);
    await counted();
    const instance = await DuckDBInstance.create(await closed());
    const connection = await instance.connect();
    await connection.run('UPDATE version SET version = 0');
    await connection.run('DELETE FROM logged_row');
    connection.closeSync();
    instance.closeSync();
    expect(await counted()).toEqual([5, 0]);
  });

  it('is kept in memory, with one warning, where there can be no file', async () => {
    await write(50);
    await mkdir(indexPath(path));
    expect(await counted()).toEqual([50, 0]);
    await appendFile(path, rows(50, 1));
    expect((await log!.stats({})).total.count).toBe(51);
    expect(warnings).toEqual([expect.stringContaining('kept in memory')]);
  });

  it('fails no question where it is damaged while it is open', async () => {
    await write(3_000);
    await counted();
    await log!.close();
    log = undefined;
    const size = (await stat(indexPath(path))).size;
    const file = await import('node:fs/promises').then(({ open }) => open(indexPath(path), 'r+'));
    for (let at = 12_288; at < size; at += 512) await file.write(Buffer.alloc(256, 0x5a), 0, 256, at);
    await file.close();
    expect(await counted()).toEqual([3_000, 0]);
  });

  it('follows a rotation, an erasure and a copytruncate', async () => {
    await write(10);
    expect(await counted()).toEqual([10, 0]);
    await rename(path, join(folder, 'chat_logs.csv.1'));
    await write(3);
    expect(await counted()).toEqual([13, 0]);
    // Erased: another file under the same name.
    await writeFile(`${path}.new`, Buffer.concat([Buffer.from(HEADER_LINE), rows(0, 2)]));
    await rename(`${path}.new`, path);
    expect(await counted()).toEqual([12, 0]);
    // copytruncate: the same file, cut off and longer than before when it is looked at again.
    await truncate(path, 0);
    await appendFile(path, Buffer.concat([Buffer.from(HEADER_LINE), rows(900, 7)]));
    expect(await counted()).toEqual([17, 0]);
  });

  it('leaves a torn tail alone until it is whole, also across a restart', async () => {
    await write(2);
    const row = rows(2, 1);
    await appendFile(path, row.subarray(0, 40));
    expect(await counted()).toEqual([2, 0]);
    await appendFile(path, row.subarray(40));
    expect(await counted()).toEqual([3, 0]);
  });

  it('is shared with nobody: a program beside a running service has its own', async () => {
    await write(5);
    const service = await start();
    await service.stats({});
    const program = new CsvLogQueries({ path, warn: () => undefined });
    expect((await program.stats({})).total.count).toBe(5);
    await program.close();
    expect((await service.stats({})).total.count).toBe(5);
  });
});
