import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsync, futimes, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LogStartError } from '../writer/log-start-error.js';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.js';

/** How often the owner touches its lock, for processes that cannot see it. */
export const BEAT_MS = 1_000;
const SILENCE_MS = 6 * BEAT_MS;
const LOOKS = 12;
const DRAFT = '.new';
/** Longer than any wait for a lock. */
const DRAFT_MAX_AGE_MS = 10 * 60_000;

const sync = promisify(fsync);
const touch = promisify(futimes);

interface Holder extends ProcessIdentity {
  nonce: string;
}

/**
 * Makes one process the owner of a log: torn rows are cut back to an offset that is known only while nobody else
 * appends.
 *
 * Node has no flock(2), and the packages found either need a native build (fs-ext) or judge a lock by the age of its
 * file alone (proper-lockfile, dormant), which takes a living owner's lock when its event loop stalls. So the lock is a
 * file that names its owner, put in place complete by link(2).
 *
 * A dead owner's lock is taken over without a race: to replace the lock with nonce X, a process must first own the lock
 * file named after X, acquired in the same way. A nonce is used once, so of all that judged X dead only one may replace
 * it, after checking X again.
 */
export class FileLock {
  private constructor(
    private readonly path: string,
    private readonly fd: number,
  ) {}

  /**
   * Throws LogStartError with the owner's pid if a living process holds the lock.
   * @param silenceMs time without a touch after which an owner that cannot be seen from here counts as dead
   */
  static async acquire(path: string, silenceMs = SILENCE_MS): Promise<FileLock> {
    await removeStaleDrafts(path);
    const holder: Holder = { ...ownIdentity(), nonce: randomUUID() };
    const draft = `${path}.${holder.nonce}${DRAFT}`;
    // Synchronous up to the link: a signal handled in between would leave the draft behind.
    const fd = openSync(draft, 'wx', 0o600);
    try {
      writeSync(fd, JSON.stringify(holder) + '\n');
      while (!linked(draft, path) && !(await takenOver(draft, path, silenceMs)));
      await sync(fd);
      return new FileLock(path, fd);
    } catch (error) {
      closeSync(fd);
      await unlink(draft).catch(() => undefined);
      throw error;
    }
  }

  /** False if the lock was removed or taken by another: then the log must not be written any more. */
  isHeld(): boolean {
    return fstatSync(this.fd).nlink > 0;
  }

  /** Shows processes that cannot see this one that it is alive. */
  async beat(): Promise<void> {
    const now = new Date();
    // A disk that refuses the timestamp says nothing about the owner of the lock.
    await touch(this.fd, now, now).catch(() => undefined);
  }

  async release(): Promise<void> {
    const mine = this.isHeld();
    closeSync(this.fd);
    if (mine) await unlink(this.path);
  }
}

/** False if the lock changed hands meanwhile and must be checked again. */
async function takenOver(draft: string, path: string, silenceMs: number): Promise<boolean> {
  const holder = await readHolder(path);
  if (!holder) return false;
  await assertDead(holder, path, silenceMs);
  const claim = await FileLock.acquire(`${path}.${holder.nonce}`, silenceMs);
  try {
    if ((await readHolder(path))?.nonce !== holder.nonce) return false;
    await rename(draft, path);
    return true;
  } finally {
    await claim.release();
  }
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  unlinkSync(draft);
  return true;
}

/** Removes the drafts of processes that were killed while they asked for the lock. */
async function removeStaleDrafts(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  const drafts = names.filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith(DRAFT));
  for (const draft of drafts.map((name) => join(dirname(path), name))) {
    const holder = await readHolder(draft);
    if (!holder) continue;
    const isDead = livenessOf(holder) === 'dead' && holder.pid !== NOBODY.pid;
    if (isDead || Date.now() - (await lastBeat(draft)) > DRAFT_MAX_AGE_MS)
      await unlink(draft).catch(() => undefined);
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return parseHolder(text) ?? { ...NOBODY, nonce: `unreadable-${(await stat(path)).ino}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The owner of an unreadable lock, which a power failure damaged or which is not ours: its silence decides. */
const NOBODY: ProcessIdentity = { pid: 0, host: 'unknown', boot: '', pidSpace: '', started: '' };

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.nonce === 'string' && /^[\w-]+$/.test(holder.nonce)
      ? (holder as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

async function assertDead(holder: Holder, path: string, silenceMs: number): Promise<void> {
  const liveness = livenessOf(holder);
  if (liveness === 'dead' || (liveness === 'out of sight' && (await isSilent(path, silenceMs)))) return;
  throw new LogStartError(
    `The chat log is in use by process ${holder.pid} on ${holder.host} (lock file ${path}); one log has one owner.`,
    `process ${holder.pid} owns the log`,
  );
}

async function isSilent(path: string, silenceMs: number): Promise<boolean> {
  const before = await lastBeat(path);
  for (let look = 0; look < LOOKS; look++) {
    await sleep(silenceMs / LOOKS);
    if ((await lastBeat(path)) !== before) return false;
  }
  return true;
}

async function lastBeat(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
