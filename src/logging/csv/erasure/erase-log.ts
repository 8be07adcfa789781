import { chownSync, existsSync, lstatSync } from 'node:fs';
import { readFile, unlink } from 'node:fs/promises';
import type { Selection } from '../../selection.js';
import { LogStartError } from '../../writer/log-start-error.js';
import { formatAmendment } from '../amendment-format.js';
import { FileLock } from '../file-lock.js';
import { LogFile } from '../log-file.js';
import { AMENDMENTS } from '../log-header.js';
import { amendmentsPath, findNeighbours, lockPath } from '../log-neighbours.js';
import { LogOwnership } from '../log-ownership.js';
import { findSideFiles } from '../side-file.js';
import { syncFolder } from '../sync-folder.js';
import { eraseFile, NotALogError } from './erase-file.js';
import { CommentErasing, TextErasing, type Erasing } from './erasing.js';

export interface EraseOptions {
  /** Reports what would be done, and does nothing; the service may be running. */
  dryRun?: boolean;
  /** Reports to a person what was done to each file. */
  say: (line: string) => void;
}

/**
 * Deletes prompt, response, messages and comments of the selected rows in the log, its rotated and older neighbours,
 * its side files and torn pieces, and marks the rows with an amendment `erased_at`. If killed, all files stay whole,
 * and another run completes the work.
 *
 * Throws LogStartError if the service is running.
 * @returns true if every file could be searched and every id was found
 */
export async function eraseLog(
  logPath: string,
  selection: Selection,
  options: EraseOptions,
): Promise<boolean> {
  if (options.dryRun) return new Erasure(logPath, selection, options).run();
  const ownership = new LogOwnership(lockPath(logPath), options.say);
  await ownership.take();
  try {
    return await new Erasure(logPath, selection, options).run(ownership);
  } finally {
    await ownership.release();
  }
}

class Erasure {
  private readonly texts: TextErasing;
  private complete = true;

  constructor(
    private readonly logPath: string,
    private readonly selection: Selection,
    private readonly options: EraseOptions,
  ) {
    this.texts = new TextErasing(selection);
  }

  /** @param ownership of the log; without it nothing is changed */
  async run(ownership?: LogOwnership): Promise<boolean> {
    await this.eraseAll(this.logPath, this.texts);
    const comments = new CommentErasing(this.texts.ids);
    if (this.texts.ids.size > 0) await this.eraseAll(amendmentsPath(this.logPath), comments);
    const unmarked = [...this.texts.ids].filter((id) => id !== '' && !comments.marked.has(id));
    if (ownership && unmarked.length > 0) await this.mark(unmarked, ownership);
    return this.everyIdFound() && this.complete;
  }

  private async eraseAll(path: string, erasing: Erasing): Promise<void> {
    const { rotated, torn, unfinishedErasures } = await findNeighbours(path);
    if (!this.options.dryRun) for (const unfinished of unfinishedErasures) await unlink(unfinished);
    for (const piece of torn) await this.eraseTorn(piece, erasing);
    for (const older of rotated) await this.unlessInUse(older, erasing);
    for (const side of await findSideFiles(path)) await this.search(side, erasing);
    if (existsSync(path)) await this.search(path, erasing);
  }

  /** An apparent older part of the log may belong to another service whose log has a date or number in its name. */
  private async unlessInUse(path: string, erasing: Erasing): Promise<void> {
    let lock: FileLock | undefined;
    try {
      if (!this.options.dryRun) lock = await FileLock.acquire(lockPath(path));
      await this.search(path, erasing);
    } catch (error) {
      if (!(error instanceof LogStartError)) throw error;
      this.leave(`${path}: ${error.reason}`);
    } finally {
      await lock?.release();
    }
  }

  private async search(path: string, erasing: Erasing): Promise<void> {
    const { dryRun = false, say } = this.options;
    try {
      const { rows, fragments } = await eraseFile(path, erasing, dryRun);
      const verb = dryRun ? 'to erase' : 'erased';
      const cut = fragments > 0 ? `, a cut row at its end ${dryRun ? 'to remove' : 'removed'}` : '';
      say(`${path}: ${rows} ${rows === 1 ? 'row' : 'rows'} ${verb}${cut}`);
    } catch (error) {
      if (!(error instanceof NotALogError)) throw error;
      this.leave(error.message);
    }
  }

  /** A torn file is one partial row, at most as large as the largest answer. */
  private async eraseTorn(path: string, erasing: Erasing): Promise<void> {
    if (!erasing.takesFragment(await readFile(path))) return;
    this.options.say(
      `${path}: ${this.options.dryRun ? 'to remove' : 'removed'} (a row that a crash had cut)`,
    );
    if (this.options.dryRun) return;
    await unlink(path);
    await syncFolder(path);
  }

  private async mark(ids: readonly string[], ownership: LogOwnership): Promise<void> {
    const path = amendmentsPath(this.logPath);
    const { say } = this.options;
    const file = new LogFile({ path, format: AMENDMENTS, durability: 'fsync', ownership, notice: say });
    const timestamp = new Date().toISOString();
    await file.open();
    try {
      this.keepOwner(path);
      const marks = ids.map((id) => formatAmendment({ timestamp, id, field: 'erased_at', value: timestamp }));
      await file.write(Buffer.concat(marks));
    } finally {
      await file.close();
    }
  }

  /** If root runs this for another user's service, that user must own new files. */
  private keepOwner(path: string): void {
    const log = lstatSync(this.logPath, { throwIfNoEntry: false });
    if (log && process.getuid?.() === 0) chownSync(path, log.uid, log.gid);
  }

  private leave(why: string): void {
    this.options.say(`${why}: NOT searched`);
    this.complete = false;
  }

  private everyIdFound(): boolean {
    const asked = 'ids' in this.selection ? this.selection.ids : [];
    const missing = asked.filter((id) => !this.texts.ids.has(id));
    for (const id of missing) this.options.say(`No row has the id ${id}`);
    return missing.length === 0;
  }
}
