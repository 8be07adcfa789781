import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canMount, canTrace, expectEachOnce, itWhere, LogFolder, readRows } from '../support/log-folder.js';
import { LogProcess, type LogProcessOptions } from '../support/log-process.js';

let home: LogFolder;
let started: LogProcess[];

async function start(options: Partial<LogProcessOptions> = {}): Promise<LogProcess> {
  const log = await LogProcess.start({ path: home.log, ...options });
  started.push(log);
  return log;
}

beforeEach(() => {
  home = new LogFolder();
  started = [];
});

afterEach(async () => {
  for (const log of started) {
    await log.kill();
    for (const path of sideFiles(log)) rmSync(path, { force: true });
  }
  home.remove();
});

/** The files that the process said it put rows into. */
function sideFiles(log: LogProcess): string[] {
  return log.lines.flatMap((line) => /takes them from (\/\S+)/.exec(line)?.[1] ?? []);
}

describe('a stop while the log takes no rows', () => {
  itWhere(canMount, 'mount')(
    'H11.6: rows told `pending` on a full disk go to another one, and the next start takes them back',
    async () => {
      home.mount('size=64k');
      const first = await start();
      while ((await first.append(1, 1000))[0]?.result === 'written');
      await first.append(3, 1000);
      await first.ask('amend', { amendments: [{ id: 'A', field: 'score', value: '1' }] });
      await first.stop();
      expect(first.exitCode).toBe(0);
      // Rows and amendments are put aside at the same time.
      const [side, ...others] = sideFiles(first).sort(
        (a, b) => Number(a.includes('.amendments.')) - Number(b.includes('.amendments.')),
      );
      expect([side && statSync(side).mode & 0o777, others.length]).toEqual([0o600, 1]);
      expect(side?.startsWith(home.folder)).toBe(false);

      home.remount('size=1m');
      const second = await start();
      await second.append(1);
      await second.stop();
      expect(home.ids()).toEqual([...first.ids, ...second.ids]);
      expect(readFileSync(home.path('chat_logs.amendments.csv'), 'utf8')).toContain('"A","score","1"');
      expect(second.lines.join('\n')).toContain(
        `4 rows that the last run could not write were taken from ${side}`,
      );
      expect([side, ...others].some((path) => existsSync(path!))).toBe(false);
    },
  );

  itWhere(canMount, 'mount')('H11.6: a disk that is still full keeps them aside', async () => {
    home.mount('size=64k');
    const first = await start();
    while ((await first.append(1, 1000))[0]?.result === 'written');
    await first.stop();
    const second = await start();
    await second.stop();
    expect(second.lines[0]).toContain('cannot be taken back now: the disk took only a part of the rows');
    home.remount('size=1m');
    await (await start()).stop();
    expect(home.ids()).toEqual(first.ids);
  });

  itWhere(canMount, 'mount')(
    'H11.6: rows that no disk takes are lost, and the exit code says so',
    async () => {
      home.mount('size=64k');
      const log = await start({ through: ['prlimit', '--fsize=20000:unlimited'] });
      while ((await log.append(1, 1000))[0]?.result === 'written');
      await log.append(1, 30_000);
      await log.stop();
      expect(log.exitCode).toBe(1);
      expect(log.lines.at(-1)).toMatch(/^error 2 rows could not be written .* and are lost$/);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`${basename(home.log)}.`))).toEqual([]);
    },
  );

  it('H11.6: a side file is taken once, whatever of it the log has already', async () => {
    const first = await start();
    await first.append(3);
    await first.stop();
    const [header, ...rows] = readFileSync(home.log, 'utf8').split(/(?<=\r\n)(?="\d{4}-)/);
    const side = sidePath(1);
    // The log has the first two, as after a batch that hung, or a start that was killed while it took them.
    writeFileSync(home.log, [header, ...rows.slice(0, 2)].join(''));
    writeFileSync(side, [header, ...rows].join(''), { mode: 0o600 });
    writeFileSync(sidePath(2), [header, ...rows].join('') + '"torn', { mode: 0o600 });
    const second = await start();
    await second.stop();
    expect(home.ids()).toEqual(first.ids);
    expect(home.names()).toEqual(['chat_logs.csv']);
    expect(second.lines.map((line) => /warn (\d) rows/.exec(line)?.[1])).toEqual(['1', '0']);
  });

  it('H11.6: a file that others could have written is left alone', async () => {
    await (await start()).stop();
    writeFileSync(sidePath(1), readFileSync(home.log), { mode: 0o644 });
    const log = await start();
    expect(log.lines).toEqual([expect.stringContaining('it was not written by this service')]);
    expect(readRows(home.log)).toEqual([]);
  });

  itWhere(canTrace, 'strace')(
    'H11.5: a sync that hangs does not keep the service from stopping',
    async () => {
      const inject = ['-e', 'trace=fdatasync', '-e', 'inject=fdatasync:delay_enter=60000000:when=1+'];
      // The header is on disk; strace counts per thread.
      await (await start()).stop();
      const log = await start({
        durability: 'fsync',
        through: ['strace', '-f', '-qq', '-o', '/dev/null', '-P', home.log, ...inject],
        threads: 4,
      });
      void log.append(5).catch(() => undefined);
      while ((await log.state()).pending < 5) await sleep(5);
      const begun = Date.now();
      await log.ask('shutdown');
      expect(Date.now() - begun).toBeLessThan(8_000);
      expect(sideFiles(log)).toHaveLength(1);
      await log.kill();
      const next = await start();
      await next.stop();
      expectEachOnce(home.ids(), log.ids);
      expect(home.ids()).toHaveLength(5);
    },
  );
});

describe('a signal at the start', () => {
  it('H11.16: what a killed process left of its lock, the next start removes', async () => {
    const first = await start();
    const lock = JSON.parse(readFileSync(`${home.log}.lock`, 'utf8')) as Record<string, unknown>;
    await first.kill();
    const dead = `${home.log}.lock.0d9c3f1e-0000-4000-8000-000000000000.new`;
    writeFileSync(dead, JSON.stringify({ ...lock, nonce: 'dead' }));
    const alive = `${home.log}.lock.0d9c3f1e-0000-4000-8000-000000000001.new`;
    writeFileSync(alive, JSON.stringify({ ...lock, ...identityOf(process.pid), nonce: 'alive' }));
    await (await start()).stop();
    expect(home.names()).toEqual(['chat_logs.csv', basename(alive)]);
  });
});

function sidePath(n: number): string {
  return join(home.folder, `${basename(home.log)}.${home.id}.${n}.pending`);
}

function identityOf(pid: number): { pid: number; started: string } {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return { pid, started: text.slice(text.lastIndexOf(')') + 2).split(' ')[19]! };
}
