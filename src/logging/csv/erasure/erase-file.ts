import { createReadStream, lstatSync } from 'node:fs';
import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
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
  /** Bytes of a row that a crash had cut, now removed. */
  fragments: number;
}

export class NotALogError extends Error {
  override readonly name = 'NotALogError';
}

/** What `eraseFile` would do, without doing it. */
export async function inspectFile(path: string, erasing: Erasing): Promise<ErasedFile> {
  const erased: ErasedFile = { rows: 0, fragments: 0 };
  assertRegular(path);
  await transform(
    path,
    (chunks) => withoutTexts(chunks, path, erasing, erased),
    async (chunks) => {
      const reading = chunks[Symbol.asyncIterator]();
      while (!(await reading.next()).done);
    },
  );
  return erased;
}

/**
 * Rewrites one file without the selected texts. The new file comes into being beside it and takes its name when it is
 * complete and on disk: killed at any moment, either the old file is there or the new one.
 */
export async function eraseFile(path: string, erasing: Erasing): Promise<ErasedFile> {
  const draft = erasingPath(path);
  const erased: ErasedFile = { rows: 0, fragments: 0 };
  const before = assertRegular(path);
  try {
    const target = await open(draft, 'wx', 0o600);
    try {
      // Run by root for a service of another user, the file must stay that user's.
      if (process.getuid?.() === 0) await target.chown(before.uid, before.gid);
      await transform(path, (chunks) => withoutTexts(chunks, path, erasing, erased), writeTo(target));
      await target.sync();
    } finally {
      await target.close().catch(() => undefined);
    }
    if (erased.rows + erased.fragments === 0) await unlink(draft);
    else await replace(path, draft, before.ino);
    return erased;
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
}

function assertRegular(path: string) {
  const stats = lstatSync(path);
  if (!stats.isFile()) throw new NotALogError(`${path} is not a regular file`);
  return stats;
}

async function replace(path: string, draft: string, inode: number): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.ino !== inode) {
    throw new Error(`${path} was moved while it was rewritten; nothing in it was erased, run this again`);
  }
  await rename(draft, path);
  await syncFolder(path);
}

type Chunks = AsyncIterable<Buffer>;

async function transform(
  path: string,
  change: (chunks: Chunks) => Chunks,
  end: (chunks: Chunks) => Promise<void>,
) {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (path.endsWith('.gz')) await pipeline(source, createGunzip(), change, createGzip(), end);
  else await pipeline(source, change, end);
}

function writeTo(target: FileHandle) {
  return async (chunks: Chunks) => {
    for await (const chunk of chunks) await target.writeFile(chunk);
  };
}

/** Rows of any length are held whole: one that is too long for questions has texts to be erased like any other. */
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
