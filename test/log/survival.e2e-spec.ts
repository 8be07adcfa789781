import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { canMount, expectEachOnce, itWhere, LogFolder, readRows } from '../support/log-folder.js';
import { LogProcess, type LogProcessOptions } from '../support/log-process.js';

const MIB = 1024 * 1024;

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
  for (const log of started) await log.kill();
  home.remove();
});

describe('a full or read-only disk', () => {
  itWhere(canMount, 'mount')(
    'L1 refuses new chats, keeps the rows of running ones, and writes them when there is space',
    async () => {
      home.mount('size=64k');
      const log = await start();
      while ((await log.append(1, 1000))[0]?.result === 'written');
      expect(await log.state()).toMatchObject({ writable: false, pending: 1, outages: 1 });
      expect((await log.state()).reason).not.toContain('/');
      expect(await log.ask('admit')).toMatchObject({
        admitted: false,
        status: 503,
        code: 'log_unavailable',
        retryAfter: 2,
      });
      await log.append(3, 1000);
      const written = log.acks.filter(({ result }) => result === 'written').map(({ id }) => id);
      expect(readRows(home.log).map(({ id }) => id)).toEqual(written);

      home.remount('size=1m');
      await log.untilWritable();
      expect(await log.ask('admit')).toEqual({ admitted: true });
      expect((await log.append(1))[0]?.result).toBe('written');
      expect(home.ids()).toEqual(log.ids);
      expect(log.lines).toEqual([
        expect.stringMatching(/^error .*cannot take rows.*refused with 503/),
        expect.stringMatching(/^log .*takes rows again.*4 rows were kept and written, 1 chats refused/),
      ]);
    },
  );

  itWhere(canMount, 'mount')('L2 a read-only disk at the start: one line with the path', async () => {
    home.mount('ro');
    const log = await start();
    await log.until(() => log.exitCode !== null);
    expect(log.exitCode).toBe(1);
    expect(log.stderr.trim()).toBe(
      `CHAT_LOG_PATH: cannot open the chat log ${home.log}: EROFS: read-only file system. Its folder must exist and be writable`,
    );
  });
});

describe('a file that is moved or replaced', () => {
  it('L3 follows renames under load: every acknowledged row is in one of the files, once', async () => {
    const log = await start();
    log.load(16, 200);
    for (let n = 1; n <= 15; n++) {
      const acked = log.acks.length;
      await log.until(() => log.acks.length > acked + 100);
      renameSync(home.log, `${home.log}.${n}`);
      if (n % 2 === 0) writeFileSync(home.log, '', { flag: 'a' });
    }
    await log.stop();
    expectEachOnce(home.ids(), log.ids);
    expect(statSync(home.log).mode & 0o777).toBe(0o600);
  });

  it('L3 never acknowledges a row into a file that was deleted before', async () => {
    const log = await start();
    await log.append(3);
    unlinkSync(home.log);
    const later = await log.append(3);
    expect(home.ids()).toEqual(later.map(({ id }) => id));
    expect(later.every(({ result }) => result === 'written')).toBe(true);
  });

  it('L3 notices a deletion within two seconds even while no rows come', async () => {
    const log = await start();
    unlinkSync(home.log);
    await log.until(() => existsSync(home.log), 2_000);
  });

  it('L3 SIGHUP reopens', async () => {
    const log = await start();
    await log.append(1);
    renameSync(home.log, `${home.log}.1`);
    log.signal('SIGHUP');
    await log.until(() => existsSync(home.log), 900);
    await log.append(1);
    expect(readRows(home.log)).toHaveLength(1);
    expect(home.ids().sort()).toEqual(log.ids);
  });

  const outside = () => home.path('outside.txt');
  const obstacles: [string, () => void, () => void][] = [
    [
      'a directory',
      () => {
        mkdirSync(home.log);
      },
      () => {
        rmdirSync(home.log);
      },
    ],
    [
      'a link',
      () => {
        symlinkSync(outside(), home.log);
      },
      () => {
        unlinkSync(home.log);
      },
    ],
    [
      'a pipe',
      () => {
        execFileSync('mkfifo', [home.log]);
      },
      () => {
        unlinkSync(home.log);
      },
    ],
  ];

  it.each(obstacles)('L3 %s in its place: unavailable until it is gone', async (_name, put, remove) => {
    writeFileSync(outside(), 'not ours');
    const log = await start();
    await log.append(1);
    renameSync(home.log, `${home.log}.1`);
    put();
    expect((await log.append(2)).map(({ result }) => result)).toEqual(['pending', 'pending']);
    expect(await log.state()).toMatchObject({
      writable: false,
      reason: 'something that is not a regular file is in the place of the log',
    });
    remove();
    await log.untilWritable();
    expect(readFileSync(outside(), 'utf8')).toBe('not ours');
    expect(home.ids().sort()).toEqual(log.ids);
  });

  it.each(obstacles)('L3 %s in its place at the start is refused', async (_name, put) => {
    put();
    const log = await start();
    await log.until(() => log.exitCode !== null);
    expect(log.exitCode).toBe(1);
    expect(log.stderr).toContain(home.log);
  });

  it('L4 goes on in a file that was truncated in place, header first', async () => {
    const log = await start();
    await log.append(3);
    copyFileSync(home.log, `${home.log}.1`);
    truncateSync(home.log);
    await log.append(2);
    expect(readRows(home.log)).toHaveLength(2);
    expect(home.ids().sort()).toEqual(log.ids);
  });
});

describe('what the last run left', () => {
  it('L5 moves a torn tail aside and says so once', async () => {
    const first = await start();
    await first.append(3);
    await first.stop();
    const whole = readFileSync(home.log);
    truncateSync(home.log, whole.length - 10);

    const second = await start();
    await second.append(1);
    expect(readRows(home.log).map(({ id }) => id)).toEqual([...first.ids.slice(0, 2), ...second.ids]);
    const torn = home.names().filter((name) => /^chat_logs\.\d{8}T\d{9}Z\.torn$/.test(name));
    expect(torn).toHaveLength(1);
    expect(whole.includes(readFileSync(home.path(torn[0]!)))).toBe(true);
    expect(second.lines).toEqual([expect.stringContaining('bytes moved to')]);
  });

  it("L6 refuses somebody else's file with its path and both headers, and leaves it alone", async () => {
    writeFileSync(home.log, 'date;amount\n2026-01-01;3\n');
    const log = await start();
    await log.until(() => log.exitCode !== null);
    expect(log.exitCode).toBe(1);
    expect(log.stderr).toContain(home.log);
    expect(log.stderr).toContain('"date;amount"');
    expect(log.stderr).toContain('timestamp,model,prompt');
    expect(log.stderr.trim().split('\n')).toHaveLength(1);
    expect(readFileSync(home.log, 'utf8')).toBe('date;amount\n2026-01-01;3\n');
    expect(home.names()).toEqual(['chat_logs.csv']);
  });
});

describe('a second process', () => {
  it("L7 exits with the owner's pid", async () => {
    const owner = await start();
    const second = await start();
    await second.until(() => second.exitCode !== null);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain(`process ${owner.pid}`);
    await owner.append(1);
    expect(home.ids()).toEqual(owner.ids);
  });

  it('L7 of six that start at once over the lock of a killed owner, one wins', async () => {
    const killed = await start();
    await killed.append(1, MIB);
    await killed.kill();
    const contenders = await Promise.all(Array.from({ length: 6 }, () => start()));
    await contenders[0]!.until(() => contenders.filter(({ exitCode }) => exitCode === 1).length === 5);
    const winner = contenders.find(({ exitCode }) => exitCode === null)!;
    await winner.append(1);
    for (const { stderr } of contenders.filter((log) => log !== winner)) {
      expect(stderr).toContain('is in use by process');
    }
    await winner.stop();
    expect(home.ids()).toEqual([...killed.ids, ...winner.ids]);
    expect(home.names()).toEqual(['chat_logs.csv']);
  });

  it('L7 an owner whose lock file was removed takes it again, or stops writing where another has it', async () => {
    const first = await start();
    await first.append(1);
    unlinkSync(`${home.log}.lock`);
    await first.append(1);
    expect(existsSync(`${home.log}.lock`)).toBe(true);
    unlinkSync(`${home.log}.lock`);
    first.signal('SIGSTOP');
    const second = await start();
    first.signal('SIGCONT');
    expect((await first.append(1))[0]?.result).toBe('pending');
    expect((await first.state()).reason).toBe(`process ${second.pid} owns the log`);
    await second.append(1);
    await second.stop();
    await first.untilWritable();
    expect(home.ids().sort()).toEqual([...first.ids, ...second.ids].sort());
  });
});
