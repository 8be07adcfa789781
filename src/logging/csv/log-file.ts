import { existsSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { AppendFile } from './append-file.js';
import type { FileFormat } from './log-header.js';
import { findNeighbours } from './log-neighbours.js';
import type { LogOwnership } from './log-ownership.js';
import { openLog, setAside, type Notice } from './open-log.js';

export type Durability = 'write' | 'fsync';

export interface LogFileOptions {
  path: string;
  format: FileFormat;
  durability: Durability;
  ownership: LogOwnership;
  notice: Notice;
  /** Created with the first row. */
  lazy?: boolean;
}

/** The log file at a path: follows rotation, and replaces a file after a disk failure. Calls must not overlap. */
export class LogFile {
  private file: AppendFile | undefined;
  /** The disk failed this file: it must be moved away before a new one is created. */
  private failed: AppendFile | undefined;
  private openedAtTake = 0;
  private reopenAsked = false;

  constructor(private readonly options: LogFileOptions) {}

  get path(): string {
    return this.options.path;
  }

  get format(): FileFormat {
    return this.options.format;
  }

  /** Throws if the log cannot be written. */
  async open(): Promise<void> {
    // A killed erasure leaves a copy of texts that were to be erased.
    const { unfinishedErasures } = await findNeighbours(this.path);
    for (const path of unfinishedErasures) await unlink(path);
    await this.check();
  }

  /** Writes all bytes, as durably as configured, or throws and writes none. */
  async write(rows: Buffer): Promise<void> {
    // The second try has a newly created file. If that is also taken away or fails, the caller waits.
    if ((await this.tryWrite(rows)) || (await this.tryWrite(rows))) return;
    throw new Error('the log file was taken away twice while rows were written');
  }

  /** Checks, without rows, that they would go to the right file. */
  async check(): Promise<void> {
    if (this.options.lazy && !this.file && !existsSync(this.path)) return;
    await this.current();
  }

  /** Makes the next rows go to the file then at the path. */
  askReopen(): void {
    this.reopenAsked = true;
  }

  async close(): Promise<void> {
    const open = [this.file, this.failed];
    this.file = undefined;
    this.failed = undefined;
    for (const file of open) await file?.close().catch(() => undefined);
  }

  private async tryWrite(rows: Buffer): Promise<boolean> {
    const file = await this.current();
    const end = file.size();
    // An empty file was truncated in place (logrotate's copytruncate) and has lost its header.
    const bytes = end === 0 ? Buffer.concat([Buffer.from(this.format.headerLine), rows]) : rows;
    try {
      await file.append(bytes);
      if (this.options.durability === 'fsync') await file.sync();
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      await this.giveUp(file, end, error);
      return false;
    }
    return !file.isDeleted();
  }

  private async current(): Promise<AppendFile> {
    const { format, notice, ownership } = this.options;
    if (!ownership.isHeld) await this.close();
    const take = await ownership.ensure();
    if (take !== this.openedAtTake) await this.close();
    if (this.failed) await this.moveAway(this.failed);
    if (this.file && !this.reopenAsked && this.file.isInPlace()) return this.file;
    const followed = this.file;
    await this.close();
    this.file = await openLog(this.path, format, notice);
    this.openedAtTake = take;
    this.reopenAsked = false;
    if (followed) notice(`${this.path} was replaced or reopened on request; rows go to the file there now`);
    return this.file;
  }

  /**
   * After a failed fdatasync the kernel may drop the pages and report success for a second one on the same file, so
   * this file is never trusted again. It is cut back to the confirmed rows, so that no row appears twice.
   */
  private async giveUp(file: AppendFile, end: number, error: unknown): Promise<void> {
    this.options.notice(
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
}

/** Did the disk itself fail, rather than being full or read-only? Then earlier data may be lost too. */
function isDiskFailure(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'EIO' || syscall === 'fdatasync';
}
