import { parse } from 'csv-parse/sync';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Amendment } from '../../src/logging/amendment.js';
import { canMount, itWhere, LogFolder } from '../support/log-folder.js';
import { LogProcess } from '../support/log-process.js';

let home: LogFolder;
let started: LogProcess[];
let path: string;

async function start(): Promise<LogProcess> {
  const log = await LogProcess.start({ path: home.log });
  started.push(log);
  return log;
}

beforeEach(() => {
  home = new LogFolder();
  path = home.path('chat_logs.amendments.csv');
  started = [];
});

afterEach(async () => {
  for (const log of started) await log.kill();
  home.remove();
});

const comment = (value: string): Amendment[] => [{ id: 'A', field: 'comment', value }];
const amend = (log: LogProcess, amendments: Amendment[]) => log.ask('amend', { amendments });

function values(file = path): string[] {
  const lines = parse(readFileSync(file), { columns: true, record_delimiter: '\r\n' }) as unknown as {
    value: string;
  }[];
  return lines.map(({ value }) => value);
}

describe('amendments', () => {
  it('are kept beside the log, private, verbatim and in order, from the first on', async () => {
    const log = await start();
    await log.append(1);
    expect(existsSync(path)).toBe(false);
    expect(await amend(log, [...comment('"ü",\r\n'), { id: 'B', field: 'cost', value: '0.25' }])).toBe(
      'written',
    );
    expect(readFileSync(path, 'utf8')).toMatch(
      /^timestamp,id,field,value\r\n"\d{4}-[^"]*Z","A","comment","""ü"",\r\n"\r\n"[^"]*Z","B","cost","0.25"\r\n$/,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await log.state()).told).toEqual({ rows: 1, amendments: 2 });
  });

  it('L3 follow a rename', async () => {
    const log = await start();
    await amend(log, comment('one'));
    renameSync(path, `${path}.1`);
    await amend(log, comment('two'));
    expect([values(`${path}.1`), values()]).toEqual([['one'], ['two']]);
  });

  it('L5 a torn one is moved aside at the next start', async () => {
    const first = await start();
    await amend(first, comment('one'));
    await amend(first, comment('two'));
    await first.kill();
    truncateSync(path, statSync(path).size - 4);
    const second = await start();
    await amend(second, comment('three'));
    expect(values()).toEqual(['one', 'three']);
    expect(home.names().filter((name) => /^chat_logs\.amendments\.\d+T\d+Z\.torn$/.test(name))).toHaveLength(
      1,
    );
  });

  it("L6 somebody else's file in their place is refused and left alone", async () => {
    writeFileSync(path, 'a,b\r\n');
    const log = await start();
    await log.until(() => log.exitCode !== null);
    expect(log.stderr).toContain(`${path} is not a file of amendments and was left as it is`);
    expect(readFileSync(path, 'utf8')).toBe('a,b\r\n');
    expect(home.names()).not.toContain('chat_logs.csv.lock');
  });

  itWhere(canMount, 'mount')('L1 a full disk: kept, and written when there is space', async () => {
    home.mount('size=64k');
    const log = await start();
    expect(await amend(log, comment('x'.repeat(100_000)))).toBe('pending');
    home.remount('size=1m');
    expect((await log.append(1))[0]?.result).toBe('written');
    while ((await log.state()).pending > 0) execFileSync('sleep', ['0.02']);
    expect(values()).toHaveLength(1);
    expect(log.lines).toEqual([
      expect.stringMatching(/^error The file of amendments cannot take rows/),
      expect.stringMatching(/^log The file of amendments takes rows again/),
    ]);
  });
});
