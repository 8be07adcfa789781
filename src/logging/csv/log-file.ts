import { unlink } from 'node:fs/promises';
import { AppendFile } from './append-file.js';
import { HEADER_LINE } from './csv-format.js';
import { FileLock } from './file-lock.js';
import { findNeighbours, lockPath } from './log-neighbours.js';
import { openLog, setAside, type Notice } from './open-log.js';

export type Durability = 'write' | 'fsync';

/**
 * The log under its path: follows rotation, replaces a file that the disk failed, owns the lock. Calls must not overlap.
 */
export class LogFile {
  private lock: FileLock | undefined;
  private file: AppendFile | undefined;
  /** The disk failed this file: it has to be moved away before a new one can be begun. */
  private failed: AppendFile | undefined;
  private reopenAsked = false;

  constructor(
    private readonly path: string,
    private readonly durability: Durability,
    private readonly notice: Notice,
  ) {}

  /** Throws if the log cannot take rows. */
  async open(): Promise<void> {
    this.lock = await FileLock.acquire(lockPath(this.path));
    try {
      await removeAll((await findNeighbours(this.path)).unfinishedErasures);
      this.file = await openLog(this.path, this.notice);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Keeps all bytes, as durably as configured, or throws and keeps none. */
  async write(rows: Buffer): Promise<void> {
    // A second try has a file that was just begun. If that one is taken away or fails as well, the caller waits a while.
    if ((await this.tryWrite(rows)) || (await this.tryWrite(rows))) return;
    throw new Error('the log file was taken away twice while rows were written');
  }

  /** Makes sure that rows would go to the right file, without any. */
  async check(): Promise<void> {
    await this.current();
  }

  /** Shows that the owner of the log lives; to be called every BEAT_MS whatever else is under way. */
  async beat(): Promise<void> {
    await this.lock?.beat();
  }

  /** The next rows go to whatever is then under the path. */
  askReopen(): void {
    this.reopenAsked = true;
  }

  async close(): Promise<void> {
    await this.letGo();
    await this.lock?.release();
    this.lock = undefined;
  }

  private async tryWrite(rows: Buffer): Promise<boolean> {
    const file = await this.current();
    const end = file.size();
    // An empty file was truncated in place (logrotate's copytruncate) and has lost its header.
    const bytes = end === 0 ? Buffer.concat([Buffer.from(HEADER_LINE), rows]) : rows;
    try {
      await file.append(bytes);
      if (this.durability === 'fsync') await file.sync();
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      await this.giveUp(file, end, error);
      return false;
    }
    return !file.isDeleted();
  }

  private async current(): Promise<AppendFile> {
    if (!this.lock?.isHeld()) await this.relock();
    if (this.failed) await this.moveAway(this.failed);
    if (this.file && !this.reopenAsked && this.file.isInPlace()) return this.file;
    const followed = this.file;
    await this.letGo();
    this.file = await openLog(this.path, this.notice);
    this.reopenAsked = false;
    if (followed)
      this.notice(`${this.path} was replaced or reopened on request; rows go to the file there now`);
    return this.file;
  }

  /** Somebody removed the lock. Meanwhile another process may have written, so the file is looked at as at a start. */
  private async relock(): Promise<void> {
    await this.letGo();
    await this.lock?.release();
    this.lock = undefined;
    this.lock = await FileLock.acquire(lockPath(this.path));
    this.notice(`${lockPath(this.path)} had been removed while this process owned the log; taken again`);
  }

  /**
   * After a failed fdatasync the kernel may drop the pages and report success to a second one on the same file, so this
   * file is never trusted again. It is cut back to the rows that were confirmed, for no row to be found twice.
   */
  private async giveUp(file: AppendFile, end: number, error: unknown): Promise<void> {
    this.notice(
      `${this.path}: ${(error as Error).message}; the file is set aside and the rows go to a new one`,
    );
    await file.cut(end).catch(() => undefined);
    this.file = undefined;
    this.failed = file;
    await this.moveAway(file);
  }

  private async moveAway(failed: AppendFile): Promise<void> {
    if (failed.isInPlace()) await setAside(this.path);
    this.failed = undefined;
    await failed.close().catch(() => undefined);
  }

  private async letGo(): Promise<void> {
    const open = [this.file, this.failed];
    this.file = undefined;
    this.failed = undefined;
    for (const file of open) await file?.close().catch(() => undefined);
  }
}

/** An erasure that was killed leaves a copy of texts that were to be erased. */
async function removeAll(paths: string[]): Promise<void> {
  for (const path of paths) await unlink(path);
}

/** The disk itself failed, as against being full or read-only: what was written before may be lost as well. */
function isDiskFailure(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'EIO' || syscall === 'fdatasync';
}
