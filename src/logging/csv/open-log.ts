import { createWriteStream, lstatSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppendFile, NotAFileError } from './append-file.js';
import { classifyHeader, type FileFormat, HEADER_PROBE_BYTES, headerColumns } from './log-header.js';
import { freeSidePath } from './log-neighbours.js';
import { LogStartError } from '../writer/log-start-error.js';
import { syncFolder } from './sync-folder.js';
import { endOfLastRow } from './row-scanner.js';

/** Reports one line for operators in the process log; it may contain paths. */
export type Notice = (line: string) => void;

/** Opens a log file for appending and repairs it: header, complete tail, private mode. Only for the lock's owner. */
export async function openLog(path: string, format: FileFormat, notice: Notice): Promise<AppendFile> {
  try {
    return await openOrCreate(path, format, notice);
  } catch (error) {
    if (!['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // logrotate moved or created the file between our check and our open.
    return openOrCreate(path, format, notice);
  }
}

async function openOrCreate(path: string, format: FileFormat, notice: Notice): Promise<AppendFile> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return createLog(path, format);
  if (!there.isFile()) throw new NotAFileError();
  const file = await AppendFile.openExisting(path);
  try {
    return (await putInOrder(file, format, notice)) ?? (await replaceOlder(file, format, notice));
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

/** Renames a file to a name by which queries still find it. */
export async function setAside(path: string): Promise<string> {
  const aside = freeSidePath(path, 'rows');
  await rename(path, aside);
  await syncFolder(path);
  return aside;
}

async function createLog(path: string, { headerLine }: FileFormat): Promise<AppendFile> {
  const file = await AppendFile.create(path);
  try {
    await file.append(Buffer.from(headerLine));
    await file.sync();
    await syncFolder(path);
    return file;
  } catch (error) {
    // A file whose header may not be on disk must not be found and used later.
    await file.close();
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Undefined if it is an older file that must not be appended to. */
async function putInOrder(
  file: AppendFile,
  format: FileFormat,
  notice: Notice,
): Promise<AppendFile | undefined> {
  const probe = Buffer.alloc(HEADER_PROBE_BYTES);
  const { bytesRead } = await file.handle.read(probe, 0, probe.length, 0);
  const beginning = probe.subarray(0, bytesRead);
  switch (classifyHeader(beginning, format)) {
    case 'older':
      return undefined;
    case 'foreign':
      throw new LogStartError(
        foreignHeader(file.path, beginning, format),
        `the file in its place is not a ${format.name}`,
      );
    case 'unfinished':
      await file.cut(0);
      await file.append(Buffer.from(format.headerLine));
      await file.sync();
      break;
    case 'current':
      await repairTail(file, notice);
  }
  if ((await file.restrict()) === 'restricted')
    notice(`${file.path} could be read by others; its mode is now 0600`);
  return file;
}

async function replaceOlder(older: AppendFile, format: FileFormat, notice: Notice): Promise<AppendFile> {
  await older.restrict();
  await older.close();
  const aside = await setAside(older.path);
  notice(`${older.path} had the columns of an older version; kept as ${aside}, a new log begun`);
  return createLog(older.path, format);
}

async function repairTail(file: AppendFile, notice: Notice): Promise<void> {
  const size = file.size();
  const end = await endOfLastRow(file.handle, size);
  if (end === size) return;
  const aside = freeSidePath(file.path, 'torn');
  await pipeline(
    file.handle.createReadStream({ start: end, end: size - 1, autoClose: false }),
    createWriteStream(aside, { flags: 'wx', mode: 0o600, flush: true }),
  );
  await syncFolder(aside);
  await file.cut(end);
  await file.sync();
  notice(`${file.path} ended in a row that a crash had cut; ${size - end} bytes moved to ${aside}`);
}

function foreignHeader(path: string, beginning: Buffer, { name, knownColumns }: FileFormat): string {
  const found = headerColumns(beginning.toString('utf8')).slice(0, 200);
  return (
    `${path} is not a ${name} and was left as it is. Its first line is ${JSON.stringify(found)}; ` +
    `expected ${knownColumns.join(' or, of older versions, ')}. Move it away or set CHAT_LOG_PATH.`
  );
}
