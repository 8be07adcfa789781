import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, rename, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileLock } from '../../logging/csv/file-lock.js';
import { LogStartError } from '../../logging/writer/log-start-error.js';
import { syncFolder } from '../../logging/csv/sync-folder.js';
import type { Key } from './key.js';
import { readKeys, writeKeys } from './key-json.js';
import { KeyStoreError } from './key-store.js';

/** Links are not followed, and a FIFO does not block. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const MAX_BYTES = 64 * 1024 * 1024;
const LOCK_PATIENCE_MS = 5_000;

/** `chat_keys.json`: always read and replaced as a whole, so that no reader sees half of it. */
export class KeyFile {
  constructor(readonly path: string) {}

  /** No keys if there is no file. Rejects with KeyStoreError for an untrusted file, which is left unchanged. */
  async read(): Promise<Key[]> {
    try {
      const handle = await open(this.path, READ);
      try {
        const { mode, size } = assertFile(await handle.stat({ bigint: true }));
        if ((mode & 0o077n) !== 0n)
          throw new Error('others may read or write it; chmod 600 makes it private');
        if (size > MAX_BYTES) throw new Error('it is too large');
        return readKeys(await handle.readFile('utf8'));
      } finally {
        await handle.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw this.fault(error);
    }
  }

  /** Changes with every change of the file; undefined while there is none. */
  async stamp(): Promise<string | undefined> {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await lstat(this.path, { bigint: true });
      return [ino, size, mtimeNs, ctimeNs].join();
    } catch {
      return undefined;
    }
  }

  /**
   * Replaces the newest keys with the result of `edit`, one process at a time. Resolves once that is on disk,
   * rejects with KeyStoreError, or what `edit` throws; then nothing has changed. No write if `edit` returns its input.
   */
  async change(edit: (keys: readonly Key[]) => readonly Key[]): Promise<readonly Key[]> {
    const lock = await this.lock();
    try {
      const before = await this.read();
      const keys = edit(before);
      if (keys === before) return keys;
      await this.replace(writeKeys(keys)).catch((error: unknown) => {
        throw this.fault(error);
      });
      return keys;
    } finally {
      await lock.release();
    }
  }

  private async replace(text: string): Promise<void> {
    const draft = `${this.path}.new`;
    // Left by a killed process: only the owner of the lock runs this.
    await unlink(draft).catch(() => undefined);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.path);
    await syncFolder(this.path);
  }

  private async lock(): Promise<FileLock> {
    const deadline = performance.now() + LOCK_PATIENCE_MS;
    for (;;) {
      try {
        return await FileLock.acquire(`${this.path}.lock`);
      } catch (error) {
        if (!(error instanceof LogStartError)) throw this.fault(error);
        if (performance.now() > deadline) throw this.fault(new Error('another program is changing it'));
        await sleep(20);
      }
    }
  }

  private fault(error: unknown): KeyStoreError {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ELOOP' ? 'it is a link' : (code ?? message);
    return new KeyStoreError(`the keys in ${this.path} cannot be used: ${reason}`, { cause: error });
  }
}

function assertFile(stats: BigIntStats): BigIntStats {
  if (!stats.isFile()) throw new Error('it is not a regular file');
  return stats;
}
