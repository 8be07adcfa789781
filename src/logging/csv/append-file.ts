import { constants, fstatSync, lstatSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Rows are appended at the end whatever happens to the file, links are not followed, and a FIFO does not make us wait. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const OWNER_ONLY = 0o600;

/** One open log file. One batch is one write(2), all of it or nothing. Calls must not overlap. */
export class AppendFile {
  private readonly identity: Stats;
  /** Where the file must be cut before anything else is appended: a batch got only partly in. */
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

  /** Is this the file that its path leads to? One system call on a cached inode, a few µs: cheaper than a trip through the thread pool, so asked for each batch. */
  isInPlace(): boolean {
    const there = lstatSync(this.path, { throwIfNoEntry: false });
    return there?.ino === this.identity.ino && there.dev === this.identity.dev;
  }

  /** No name leads to the file any more: what is written into it is lost. */
  isDeleted(): boolean {
    return fstatSync(this.handle.fd).nlink === 0;
  }

  size(): number {
    return fstatSync(this.handle.fd).size;
  }

  /** Others must not read what people said. The mode given to open(2) does not change a file that is there already. */
  async restrict(): Promise<'restricted' | 'was private'> {
    if ((this.identity.mode & 0o777) === OWNER_ONLY) return 'was private';
    await this.handle.chmod(OWNER_ONLY);
    return 'restricted';
  }

  /** Appends all bytes or none. A full disk makes write(2) return a short count without an error. */
  async append(bytes: Buffer): Promise<void> {
    if (this.cutTo !== undefined) await this.cut(this.cutTo);
    const end = this.size();
    try {
      const { bytesWritten } = await this.handle.write(bytes);
      if (bytesWritten < bytes.length) throw new ShortWriteError();
    } catch (error) {
      this.cutTo = end;
      // If even this fails, the next append begins with it.
      await this.cut(end).catch(() => undefined);
      throw error;
    }
  }

  /** Takes the file back to `end`; never makes it longer, should somebody have truncated it meanwhile. */
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
