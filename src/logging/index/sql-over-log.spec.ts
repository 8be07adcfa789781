import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_COLUMNS } from '../log-row.js';
import { CsvLogQueries } from './csv-log-queries.js';
import { sqlOverLog } from './sql-over-log.js';

const ROWS = Array.from(
  { length: 3 },
  (_, index) =>
    `"2026-01-01T00:00:0${index}.000Z","m","a ""b""\r\n${index}","x",1.5,1,2,"ok",,,,0.5,,1,"id-${index}",,,,,,\r\n`,
);

describe('SQL of the owner over the log', () => {
  let folder: string;
  let path: string;
  let log: CsvLogQueries;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-sql-'));
    path = join(folder, 'chat_logs.csv');
    await writeFile(path, LOG_COLUMNS.join(',') + '\r\n' + ROWS.join('') + ROWS[0]!.slice(0, 60));
    log = new CsvLogQueries({ path, warn: () => undefined });
  });

  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (sql: string) =>
    sqlOverLog(log, sql, async ({ names, rows }) => {
      const all: unknown[][] = [];
      for await (const some of rows) all.push(...some);
      return { names, rows: all };
    });

  it('sees whole rows, with texts and types', async () => {
    const sql =
      'select prompt, cost, attempts + 1 as next, typeof(timestamp) as type from logs order by id desc';
    expect(await ask(sql)).toEqual({
      names: ['prompt', 'cost', 'next', 'type'],
      rows: [2, 1, 0].map((number) => [`a "b"\r\n${number}`, 0.5, 2n, 'TIMESTAMP']),
    });
  });

  it.each([
    "update logs set prompt = ''",
    'delete from logs',
    'drop view logs',
    'create table t as select 1',
    "copy (select 1) to 'out.csv'",
    "copy (select 1) to '/proc/self/fd/1'",
    "attach 'out.db'",
    'set enable_external_access = true',
    'install httpfs',
    'select 1; drop view logs',
    "select * from read_text('/etc/hostname')",
    "select * from read_text('/proc/self/fd/../environ')",
    "select * from glob('/*')",
    '',
  ])('A26: refuses %j', async (sql) => {
    const before = await readFile(path);
    await expect(ask(sql)).rejects.toThrow();
    expect(await readFile(path)).toEqual(before);
    expect((await ask('select * from logs')).rows).toHaveLength(3);
  });
});
