import { createReadStream, lstatSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { classifyHeader } from '../log-header.js';
import { erasingPath } from '../log-neighbours.js';
import { rowsIn, scanRows } from '../row-scanner.js';
import { syncFolder } from '../sync-folder.js';
import type { Erasing } from './erasing.js';

const CHUNK_BYTES = 1024 * 1024;

export interface ErasedFile {
  rows: number;
  /** Partial rows from a crash, now removed. */
  fragments: number;
}

export class NotALogError extends Error {
  override readonly name = 'NotALogError';
}

type Chunks = AsyncIterable<Buffer>;

/**
 * Rewrites one file without the selected texts. The new file is written beside it and renamed when it is complete and
 * on disk: if killed at any moment, either the old file is there or the new one.
 * @param dryRun reports what would be done, and writes nothing
 */
export async function eraseFile(path: string, erasing: Erasing, dryRun: boolean): Promise<ErasedFile> {
  const before = lstatSync(path);
  if (!before.isFile()) throw new NotALogError(`${path} is not a regular file`);
  const erased: ErasedFile = { rows: 0, fragments: 0 };
  if (dryRun) {
    await rewrite(path, erasing, erased, () => Promise.resolve());
    return erased;
  }
  const draft = erasingPath(path);
  try {
    const target = await open(draft, 'wx', 0o600);
    try {
      // If root runs this for another user's service, that user must keep the file.
      if (process.getuid?.() === 0) await target.chown(before.uid, before.gid);
      await rewrite(path, erasing, erased, (chunk) => target.writeFile(chunk));
      await target.sync();
    } finally {
      await target.close().catch(() => undefined);
    }
    if (erased.rows + erased.fragments > 0) await replace(path, draft, before.ino);
    return erased;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function replace(path: string, draft: string, inode: number): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.ino !== inode)
    throw new Error(`${path} was moved while it was rewritten; nothing in it was erased, run this again`);
  await rename(draft, path);
  await syncFolder(path);
}

async function rewrite(
  path: string,
  erasing: Erasing,
  erased: ErasedFile,
  keep: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const change = (chunks: Chunks) => withoutTexts(chunks, path, erasing, erased);
  const end = async (chunks: Chunks) => {
    for await (const chunk of chunks) await keep(chunk);
  };
  if (path.endsWith('.gz')) await pipeline(source, createGunzip(), change, createGzip(), end);
  else await pipeline(source, change, end);
}

/** Holds rows of any length: one too long for queries has texts to erase too. */
async function* withoutTexts(
  chunks: Chunks,
  path: string,
  erasing: Erasing,
  erased: ErasedFile,
): AsyncGenerator<Buffer> {
  for await (const { kind, position, bytes, ends } of scanRows(chunks, 0, Infinity)) {
    if (position === 0 && !['current', 'older'].includes(classifyHeader(bytes, erasing.format)))
      throw new NotALogError(`${path} is not a ${erasing.format.name}`);
    if (kind === 'cut') {
      const takes = position > 0 && erasing.takesFragment(bytes);
      if (takes) erased.fragments++;
      else yield bytes;
      continue;
    }
    const rows = [...rowsIn({ bytes, ends })];
    const header = position === 0 ? rows.splice(0, 1) : [];
    const after = rows.map((row) => erasing.row(row));
    const changed = after.filter((row, index) => row !== rows[index]).length;
    erased.rows += changed;
    yield changed === 0 ? bytes : Buffer.concat([...header, ...after]);
  }
}
