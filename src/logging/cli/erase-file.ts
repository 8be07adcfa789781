import { createReadStream, lstatSync } from 'node:fs';
import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { classifyHeader } from '../csv/log-header.js';
import { erasingPath } from '../csv/log-neighbours.js';
import { splitRows } from '../csv/row-splitter.js';
import { syncFolder } from '../csv/sync-folder.js';
import { eraseRow, erasesFragment, idOf, type Selection } from './erase-row.js';

const CHUNK_BYTES = 1024 * 1024;

export interface ErasedFile {
  rows: number;
  /** Bytes of a row that a crash had cut, now removed. */
  fragments: number;
  /** Of the selected rows, those erased before among them. */
  ids: Set<string>;
}

export class NotALogError extends Error {
  override readonly name = 'NotALogError';
}

/**
 * Rewrites one file without the selected texts. The new file comes into being beside it and takes its name when it is
 * complete and on disk: killed at any moment, either the old file is there or the new one.
 */
export async function eraseFile(path: string, selection: Selection, erasedAt: string): Promise<ErasedFile> {
  const draft = erasingPath(path);
  const erased: ErasedFile = { rows: 0, fragments: 0, ids: new Set() };
  const before = lstatSync(path);
  if (!before.isFile()) throw new NotALogError(`${path} is not a regular file`);
  try {
    const target = await open(draft, 'wx', 0o600);
    try {
      // Run by root for a service of another user, the file must stay that user's.
      if (process.getuid?.() === 0) await target.chown(before.uid, before.gid);
      await rewrite(path, target, (rows) => withoutTexts(rows, { path, selection, erasedAt, erased }));
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

async function replace(path: string, draft: string, inode: number): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.ino !== inode) {
    throw new Error(`${path} was moved while it was rewritten; nothing in it was erased, run this again`);
  }
  await rename(draft, path);
  await syncFolder(path);
}

type RowFilter = (rows: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

async function rewrite(path: string, target: FileHandle, filter: RowFilter): Promise<void> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const erase = (chunks: AsyncIterable<Buffer>) => gather(filter(splitRows(chunks)));
  const write = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await target.writeFile(chunk);
  };
  if (path.endsWith('.gz')) await pipeline(source, createGunzip(), erase, createGzip(), write);
  else await pipeline(source, erase, write);
  await target.sync();
}

/** Rows are small, and a write for each would take a minute per million. */
async function* gather(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let size = 0;
  for await (const row of rows) {
    gathered.push(row);
    size += row.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(gathered);
}

interface Erasure {
  path: string;
  selection: Selection;
  erasedAt: string;
  erased: ErasedFile;
}

async function* withoutTexts(rows: AsyncIterable<Buffer>, erasure: Erasure): AsyncGenerator<Buffer> {
  const { path, selection, erasedAt, erased } = erasure;
  let header = true;
  for await (const row of rows) {
    if (header) {
      if (!['current', 'older'].includes(classifyHeader(row)))
        throw new NotALogError(`${path} is not a chat log`);
      header = false;
      yield row;
    } else if (row.at(-1) !== 0x0a) {
      if (erasesFragment(row, selection)) {
        erased.fragments++;
        erased.ids.add(idOf(row));
      } else yield row;
    } else {
      const blank = eraseRow(row, selection, erasedAt);
      if (blank) erased.ids.add(idOf(row));
      if (blank && !blank.equals(row)) erased.rows++;
      yield blank ?? row;
    }
  }
}
