import { constants, fstatSync, lstatSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Rows are always appended at the end, links are not followed, and a FIFO does not block. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const OWNER_ONLY = 0o600;

/** One open log file. A batch is one write(2), completely or not at all. Calls must not overlap. */
export class AppendFile {
  private readonly identity: Stats;
  /** Where to truncate the file before the next append, after a partial write. */
  private cutTo: number | undefined;

  private constructor(
    readonly path: string,
    readonly handle: FileHandle,
  ) {
    this.identity = fstatSync(handle.fd);
  }

  static async openExisting(path: string): Promise<AppendFile> {
    const handle = await open(path, FLAGS);
    const file = new AppendFile(path, handle);
    if (file.identity.isFile()) return file;
    await handle.close();
    throw new NotAFileError();
  }

  static async create(path: string): Promise<AppendFile> {
    return new AppendFile(path, await open(path, FLAGS | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY));
  }

  /** Does the path still lead to this file? A system call of a few µs, cheaper than the thread pool, per batch. */
  isInPlace(): boolean {
    const there = lstatSync(this.path, { throwIfNoEntry: false });
    return there?.ino === this.identity.ino && there.dev === this.identity.dev;
  }

  /** No name leads to the file any more, so its content would be lost. */
  isDeleted(): boolean {
    return fstatSync(this.handle.fd).nlink === 0;
  }

  size(): number {
    return fstatSync(this.handle.fd).size;
  }

  /** Others must not read people's texts. The mode passed to open(2) does not change an existing file. */
  async restrict(): Promise<'restricted' | 'was private'> {
    if ((this.identity.mode & 0o777) === OWNER_ONLY) return 'was private';
    await this.handle.chmod(OWNER_ONLY);
    return 'restricted';
  }

  /** Appends all bytes or none. On a full disk write(2) returns a short count without an error. */
  async append(bytes: Buffer): Promise<void> {
    if (this.cutTo !== undefined) await this.cut(this.cutTo);
    const end = this.size();
    try {
      const { bytesWritten } = await this.handle.write(bytes);
      if (bytesWritten < bytes.length) throw new ShortWriteError();
    } catch (error) {
      this.cutTo = end;
      // If this fails too, the next append starts with it.
      await this.cut(end).catch(() => undefined);
      throw error;
    }
  }

  /** Truncates the file to `end`; never extends it, in case somebody has truncated it meanwhile. */
  async cut(end: number): Promise<void> {
    if (this.size() > end) await this.handle.truncate(end);
    this.cutTo = undefined;
  }

  sync(): Promise<void> {
    return this.handle.datasync();
  }

  async close(): Promise<void> {
    if (this.cutTo !== undefined) await this.cut(this.cutTo).catch(() => undefined);
    await this.handle.close();
  }
}

export class NotAFileError extends Error {
  override readonly name = 'NotAFileError';
  constructor() {
    super('something that is not a regular file is in the place of the log');
  }
}

class ShortWriteError extends Error {
  override readonly name = 'ShortWriteError';
  readonly code = 'ENOSPC';
  constructor() {
    super('the disk took only a part of the rows');
  }
}
