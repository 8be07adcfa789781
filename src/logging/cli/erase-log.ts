import { existsSync } from 'node:fs';
import { readFile, unlink } from 'node:fs/promises';
import { FileLock } from '../csv/file-lock.js';
import { findNeighbours, lockPath } from '../csv/log-neighbours.js';
import { LogStartError } from '../csv/log-start-error.js';
import { syncFolder } from '../csv/sync-folder.js';
import { rowCount } from './command.js';
import { eraseFile, NotALogError } from './erase-file.js';
import { erasesFragment, idOf, type Selection } from './erase-row.js';

/**
 * Blanks the selected texts in the log, its rotated and older neighbours and its torn pieces, and says what it did.
 * Throws LogStartError if the service runs. True if every file could be searched and every id was found.
 */
export async function eraseLog(
  logPath: string,
  selection: Selection,
  say: (line: string) => void,
): Promise<boolean> {
  const lock = await FileLock.acquire(lockPath(logPath));
  try {
    return await new Erasure(selection, say).run(logPath);
  } finally {
    await lock.release();
  }
}

class Erasure {
  private readonly erasedAt = new Date().toISOString();
  private readonly foundIds = new Set<string>();
  private complete = true;

  constructor(
    private readonly selection: Selection,
    private readonly say: (line: string) => void,
  ) {}

  async run(logPath: string): Promise<boolean> {
    const { rotated, torn, unfinishedErasures } = await findNeighbours(logPath);
    for (const path of unfinishedErasures) await unlink(path);
    for (const path of torn) await this.eraseTorn(path);
    for (const path of rotated) await this.unlessInUse(path);
    if (existsSync(logPath)) await this.search(logPath);
    return this.everyIdFound() && this.complete;
  }

  /** What looks like an older part of the log may be the log of another service, with a date or number in its name. */
  private async unlessInUse(path: string): Promise<void> {
    let lock: FileLock;
    try {
      lock = await FileLock.acquire(lockPath(path));
    } catch (error) {
      if (!(error instanceof LogStartError)) throw error;
      this.leave(`${path}: ${error.reason}`);
      return;
    }
    try {
      await this.search(path);
    } finally {
      await lock.release();
    }
  }

  private async search(path: string): Promise<void> {
    try {
      const { rows, fragments, ids } = await eraseFile(path, this.selection, this.erasedAt);
      for (const id of ids) this.foundIds.add(id);
      this.say(`${path}: ${rowCount(rows)} erased${fragments > 0 ? ', a cut row at its end removed' : ''}`);
    } catch (error) {
      if (!(error instanceof NotALogError)) throw error;
      this.leave(error.message);
    }
  }

  /** A torn file is one cut row, at most as large as the largest answer. */
  private async eraseTorn(path: string): Promise<void> {
    const fragment = await readFile(path);
    if (!erasesFragment(fragment, this.selection)) return;
    await unlink(path);
    await syncFolder(path);
    this.foundIds.add(idOf(fragment));
    this.say(`${path}: removed (a row that a crash had cut)`);
  }

  private leave(why: string): void {
    this.say(`${why}: NOT searched`);
    this.complete = false;
  }

  private everyIdFound(): boolean {
    const asked = 'ids' in this.selection ? this.selection.ids : [];
    const missing = asked.filter((id) => !this.foundIds.has(id));
    for (const id of missing) this.say(`No row has the id ${id}`);
    return missing.length === 0;
  }
}
