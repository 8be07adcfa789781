import { readFile, unlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { FileLock } from '../csv/file-lock.js';
import { findNeighbours, lockPath } from '../csv/log-neighbours.js';
import { syncFolder } from '../csv/sync-folder.js';
import { eraseFile, NotALogError } from './erase-file.js';
import { erasesFragment, type Selection } from './erase-row.js';

/**
 * Blanks the selected texts in the log, its rotated and older neighbours and its torn pieces, and says what it did.
 * Throws LogStartError if the service runs. True if every file could be searched.
 */
export async function eraseLog(
  logPath: string,
  selection: Selection,
  say: (line: string) => void,
): Promise<boolean> {
  const lock = await FileLock.acquire(lockPath(logPath));
  try {
    const { rotated, torn, unfinishedErasures } = await findNeighbours(logPath);
    for (const path of unfinishedErasures) await unlink(path);
    for (const path of torn) await eraseTorn(path, selection, say);
    const erasedAt = new Date().toISOString();
    let complete = true;
    for (const path of existsSync(logPath) ? [...rotated, logPath] : rotated) {
      complete = (await searched(path, selection, erasedAt, say)) && complete;
    }
    return complete;
  } finally {
    await lock.release();
  }
}

async function searched(
  path: string,
  selection: Selection,
  erasedAt: string,
  say: (line: string) => void,
): Promise<boolean> {
  try {
    const { rows, fragments } = await eraseFile(path, selection, erasedAt);
    say(`${path}: ${rows} rows erased${fragments > 0 ? ', a cut row at its end removed' : ''}`);
    return true;
  } catch (error) {
    if (!(error instanceof NotALogError)) throw error;
    say(`${error.message}: NOT searched`);
    return false;
  }
}

/** A torn file is one cut row, at most as large as the largest answer. */
async function eraseTorn(path: string, selection: Selection, say: (line: string) => void): Promise<void> {
  if (!erasesFragment(await readFile(path), selection)) return;
  await unlink(path);
  await syncFolder(path);
  say(`${path}: removed (a row that a crash had cut)`);
}
