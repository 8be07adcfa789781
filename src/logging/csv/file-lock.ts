import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { link, open, readFile, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogStartError } from './log-start-error.js';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.js';

/** How often the owner touches its lock, for those that cannot see its process. */
export const BEAT_MS = 1_000;
const SILENCE_MS = 6 * BEAT_MS;
const LOOKS = 12;

interface Holder extends ProcessIdentity {
  nonce: string;
}

/**
 * One process owns a log: its torn rows are cut back to an offset that is only known while nobody else appends.
 *
 * Node has no flock(2), and the packages found either need a native build (fs-ext) or judge a lock by the age of its
 * file alone (proper-lockfile, dormant), which takes a living owner's lock when its event loop stalls. So: a file that
 * names its owner, put in place complete by link(2).
 *
 * The lock of a dead owner is taken over without a race: whoever wants to replace the lock with nonce X must first own
 * the lock file named after X, which is got in the same way. A nonce is used once, so of all that judged X dead only
 * one gets to replace it, and it looks again that X is still there before it does.
 */
export class FileLock {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Throws LogStartError with the owner's pid if a living process holds the lock.
   * @param silenceMs for how long an owner that cannot be seen from here must not have touched it to count as dead
   */
  static async acquire(path: string, silenceMs = SILENCE_MS): Promise<FileLock> {
    const holder: Holder = { ...ownIdentity(), nonce: randomUUID() };
    const draft = `${path}.${holder.nonce}.new`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(holder) + '\n');
      await handle.sync();
      while (!(await putInPlace(draft, path, silenceMs)));
      return new FileLock(path, handle);
    } catch (error) {
      await handle.close();
      await unlink(draft);
      throw error;
    }
  }

  /** False if the lock was removed or taken by another: then the log must not be written any more. */
  isHeld(): boolean {
    return fstatSync(this.handle.fd).nlink > 0;
  }

  /** Shows to those that cannot see the process that it lives. */
  async beat(): Promise<void> {
    const now = new Date();
    // A disk that refuses the time stamp says nothing about who owns the lock.
    await this.handle.utimes(now, now).catch(() => undefined);
  }

  async release(): Promise<void> {
    const mine = this.isHeld();
    await this.handle.close();
    if (mine) await unlink(this.path);
  }
}

/** False if the lock changed hands meanwhile and it has to be looked at again. */
async function putInPlace(draft: string, path: string, silenceMs: number): Promise<boolean> {
  if (await linked(draft, path)) return true;
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

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await unlink(draft);
  return true;
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

/** A lock is never visible half-written: one that cannot be read was spoilt by a power cut, or is not ours. Nobody known, so its silence decides. */
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
