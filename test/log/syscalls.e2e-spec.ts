import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { canLimit, canTrace, expectEachOnce, itWhere, LogFolder, readRows } from '../support/log-folder.js';
import { LogProcess, type LogProcessOptions } from '../support/log-process.js';

let home: LogFolder;
let started: LogProcess[];

async function start(durability: LogProcessOptions['durability'], through: string[]): Promise<LogProcess> {
  const log = await LogProcess.start({ path: home.log, durability, through });
  started.push(log);
  return log;
}

/** Starts the process with failures injected into system calls on the log file. */
function startWith(inject: string, durability: LogProcessOptions['durability']): Promise<LogProcess> {
  const scope = ['-P', home.log, '-e', 'trace=write,fdatasync', '-e', `inject=${inject}`];
  return start(durability, ['strace', '-f', '-qq', '-o', '/dev/null', ...scope]);
}

/** Starts the process with its system calls written to a file. */
function startTraced(...filter: string[]): Promise<LogProcess> {
  return start('fsync', ['strace', '-f', '-qq', '-y', '-o', home.path('trace'), ...filter]);
}

beforeEach(() => {
  home = new LogFolder();
  started = [];
});

afterEach(async () => {
  for (const log of started) await log.kill();
  home.remove();
});

// The first write and the first fdatasync are the header's.
describe('system calls that fail', () => {
  const it = (name: string, test: () => Promise<void>) => {
    itWhere(canTrace, 'strace')(name, test);
  };

  it('L2 a disk that becomes read-only: unavailable, and recovers by itself', async () => {
    const log = await startWith('write:error=EROFS:when=3..5', 'write');
    await log.append(1);
    expect((await log.append(1))[0]?.result).toBe('pending');
    expect(await log.state()).toMatchObject({ writable: false, reason: 'EROFS: read-only file system' });
    await log.untilWritable();
    expect(home.ids()).toEqual(log.ids);
    expect(log.lines).toHaveLength(2);
  });

  it('L8 EIO on write: the rows go to a new file, and only then are acknowledged', async () => {
    const log = await startWith('write:error=EIO:when=3', 'write');
    await log.append(5);
    const [row] = await log.append(1);
    expect(row?.result).toBe('written');
    expect(readRows(home.log).map(({ id }) => id)).toEqual([row?.id]);
    expect(home.ids().sort()).toEqual(log.ids);
    expect(log.lines).toEqual([expect.stringContaining('set aside')]);
  });

  it('L8 EIO on fdatasync: a new file, and never a second sync on the old one', async () => {
    const log = await startTraced('-e', 'trace=fdatasync,close', '-e', 'inject=fdatasync:error=EIO:when=3');
    await log.append(2);
    const rows = await log.append(2);
    expect(rows.every(({ result }) => result === 'written')).toBe(true);
    expectEachOnce(home.ids(), log.ids);
    expect(readRows(home.log)).toHaveLength(2);
    await log.append(1);
    await log.stop();
    const calls = readFileSync(home.path('trace'), 'utf8').split('\n');
    const failed = calls.findIndex((call) => call.includes('EIO'));
    const descriptor = /fdatasync\((\d+)</.exec(calls[failed]!)![1]!;
    const next = calls
      .slice(failed + 1)
      .find((call) => call.includes(`fdatasync(${descriptor}<`) || call.includes(`close(${descriptor}<`));
    expect(next).toContain('close(');
  });

  it('L10 a disk that takes 400 ms per sync: rows share it, and the event loop goes on', async () => {
    const log = await startWith('fdatasync:delay_enter=400000:when=2+', 'fsync');
    await Promise.all(Array.from({ length: 4 }, () => log.append(50)));
    expect((await log.state()).batches).toBeLessThanOrEqual(4);
    expect(((await log.ask('loopDelay')) as { max: number }).max).toBeLessThan(400);
    expect(home.ids()).toEqual(log.ids);
  });

  it('L10 a disk that hangs: chats are refused, answers go out as pending, and all rows are written in the end', async () => {
    const log = await startWith('write:delay_enter=6500000:when=3', 'write');
    await log.append(1);
    const rows = log.append(80, 1_000_000);
    // The queue is over its bound before the disk counts as hanging.
    while ((await log.state()).pending < 80);
    expect(await log.ask('admit')).toMatchObject({ status: 503, code: 'log_unavailable' });
    expect((await log.state()).reason).toBe('too many rows wait for the disk');
    expect((await rows).every(({ result }) => result === 'pending')).toBe(true);
    expect((await log.state()).reason).toBe('the disk has not answered for 5000 ms');
    await log.untilWritable();
    expect(await log.ask('admit')).toEqual({ admitted: true });
    expect(home.ids()).toEqual(log.ids);
    expect(log.lines).toHaveLength(4);
  });

  it('L12 with fsync, no row is acknowledged that a power cut could take', async () => {
    const log = await startTraced('-xx', '-s', '1000000', '-e', 'trace=write,fdatasync');
    for (let n = 0; n < 10; n++) await log.append(1 + (n % 3));
    await log.stop();
    expectAcknowledgedAfterSync(readFileSync(home.path('trace'), 'utf8'));
    expect(home.ids()).toEqual(log.ids);
  });
});

describe('a limit to the size of a file', () => {
  itWhere(canLimit, 'prlimit')('L9 a short write: cut back, and the whole rows written later', async () => {
    const log = await start('write', ['prlimit', '--fsize=5000:unlimited']);
    await log.append(1, 1000);
    await log.append(5, 1000);
    expect((await log.state()).reason).toBe('the disk took only a part of the rows');
    expect(readRows(home.log)).toHaveLength(1);
    execFileSync('prlimit', ['--pid', String(log.pid), '--fsize=unlimited:unlimited']);
    await log.untilWritable();
    await log.append(1);
    expect(home.ids()).toEqual(log.ids);
  });
});

/** Replays the system calls: what a power cut leaves at any moment is what was written before the last fdatasync. */
function expectAcknowledgedAfterSync(trace: string): void {
  let written = '';
  let synced = '';
  let acknowledged = 0;
  for (const line of trace.split('\n')) {
    const bytes = /write\(\d+<.*?>, "((?:\\x[0-9a-f]{2})*)"/.exec(line)?.[1];
    const text = bytes && Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString();
    if (decoded(line).includes('chat_logs.csv>') && text) written += text;
    else if (/fdatasync.*= 0$/.test(line)) synced = written;
    const id = /^\{"id":"(.*?)"/.exec(text ?? '')?.[1];
    if (id === undefined) continue;
    acknowledged++;
    expect(synced).toContain(`"${id}"`);
  }
  expect(acknowledged).toBe(19);
}

function decoded(line: string): string {
  return line
    .slice(0, 2000)
    .replaceAll(/\\x([0-9a-f]{2})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
