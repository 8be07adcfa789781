import { existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLock } from './file-lock.js';
import { LogStartError } from '../writer/log-start-error.js';
import { ownIdentity } from './process-identity.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
  path = join(folder, 'chat_logs.csv.lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function leaveLockOf(owner: object): void {
  writeFileSync(path, JSON.stringify({ ...ownIdentity(), nonce: 'left-behind', ...owner }));
}

describe('FileLock', () => {
  it('has one holder, and is free again after release', async () => {
    const lock = await FileLock.acquire(path);
    await expect(FileLock.acquire(path)).rejects.toThrow(`process ${process.pid}`);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await FileLock.acquire(path)).release();
  });

  it('when many take over the lock of a dead owner at once, one gets it', async () => {
    for (let round = 0; round < 20; round++) {
      leaveLockOf({ started: '1', nonce: `round-${round}` });
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => FileLock.acquire(path)));
      const won = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
      const lost = results
        .filter((result) => result.status === 'rejected')
        .map(({ reason }) => reason as unknown);
      expect(won).toHaveLength(1);
      expect(lost.every((reason) => reason instanceof LogStartError)).toBe(true);
      expect(won[0]!.isHeld()).toBe(true);
      await won[0]!.release();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('continues after a take-over that was killed', async () => {
    leaveLockOf({ started: '1' });
    writeFileSync(`${path}.left-behind`, JSON.stringify({ ...ownIdentity(), started: '2', nonce: 'claim' }));
    const lock = await FileLock.acquire(path);
    expect(readdirSync(folder)).toEqual(['chat_logs.csv.lock']);
    await lock.release();
  });

  it('takes the lock of an owner in another container once it is silent', async () => {
    leaveLockOf({ pidSpace: 'elsewhere' });
    await (await FileLock.acquire(path, 300)).release();
  });

  it('leaves the lock to an owner in another container that is alive', async () => {
    const elsewhere = await FileLock.acquire(path);
    leaveLockOf({ pidSpace: 'elsewhere', pid: 1 });
    const beating = setInterval(() => void elsewhere.beat(), 100);
    await expect(FileLock.acquire(path, 3_000)).rejects.toThrow('process 1 ');
    clearInterval(beating);
    await elsewhere.release();
  });

  it('takes an unreadable lock once nobody touches it', async () => {
    writeFileSync(path, '\0\0\0');
    await (await FileLock.acquire(path, 300)).release();
  });

  it("knows that it was lost, and does not remove another's", async () => {
    const lost = await FileLock.acquire(path);
    unlinkSync(path);
    expect(lost.isHeld()).toBe(false);
    const other = await FileLock.acquire(path);
    await lost.release();
    expect(existsSync(path)).toBe(true);
    await other.release();
  });
});
