import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rowsIn, rowsOfFile } from './row-scanner.js';
import { syncFolder } from './sync-folder.js';

const ENDING = '.pending';
/** How long to wait for a folder to accept the rows: its disk may hang too. */
const FOLDER_MS = 1_000;

/** Folders for rows that could not be written before the service stopped: the log's, or on another disk. */
const sideFolders = (logPath: string) => [...new Set([dirname(logPath), '/var/tmp', tmpdir()])];

/**
 * Saves rows outside the log; the next start adds them to it.
 * @returns the file; undefined if no disk accepted it
 */
export async function putAside(
  logPath: string,
  headerLine: string,
  rows: readonly Buffer[],
): Promise<string | undefined> {
  const bytes = Buffer.concat([Buffer.from(headerLine), ...rows]);
  for (const folder of sideFolders(logPath)) {
    const path = join(folder, `${nameStart(logPath)}${Date.now()}${ENDING}`);
    const timeout = sleep(FOLDER_MS, false, { ref: false });
    if (await Promise.race([writeWhole(path, bytes), timeout])) return path;
  }
  return undefined;
}

export async function findSideFiles(logPath: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of sideFolders(logPath)) {
    const names = await readdir(folder).catch(() => []);
    const ours = names.filter((name) => name.startsWith(nameStart(logPath)) && name.endsWith(ENDING));
    found.push(...ours.map((name) => join(folder, name)));
  }
  // In the order in which they were written.
  return found.sort((a, b) => basename(a).localeCompare(basename(b)));
}

/** The whole rows of a side file. Throws if this user did not write it: anybody can write to temporary folders. */
export async function readSideFile(path: string, headerLine: string): Promise<Buffer[]> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.uid !== process.getuid?.() || (stats.mode & 0o077) !== 0)
      throw new Error('it was not written by this service');
    const rows: Buffer[] = [];
    for await (const batch of rowsOfFile(file, { position: 0, end: stats.size }))
      if (batch.kind === 'rows') rows.push(...[...rowsIn(batch)].map((row) => Buffer.from(row)));
    const header = rows.shift();
    if (header && header.toString() !== headerLine) throw new Error('it has other columns');
    return rows;
  } finally {
    await file.close();
  }
}

export async function removeSideFile(path: string): Promise<void> {
  await unlink(path);
  await syncFolder(path);
}

/** Distinguishes the logs that share a temporary folder. */
function nameStart(logPath: string): string {
  const id = createHash('sha256').update(logPath).digest('hex').slice(0, 12);
  return `${basename(logPath)}.${id}.`;
}

async function writeWhole(path: string, bytes: Buffer): Promise<boolean> {
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600, flush: true });
    await syncFolder(path);
    return true;
  } catch {
    await unlink(path).catch(() => undefined);
    return false;
  }
}
