import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { BigIntStats } from 'node:fs';
import { LOG_COLUMNS } from '../log-row.js';
import { csvFields } from './csv-fields.js';

/** A file of the log as it lies in its folder. */
export interface FoundFile {
  path: string;
  /** The same as long as it is the same file, whatever its name: logs are renamed when they rotate. */
  identity: string;
  size: number;
}

/** What a file was replaced by, or lost, since it was listed. The listing has to be made again. */
export class LogFileChanged extends Error {}

const OLDER_COLUMN_COUNT = 7;
const HEADER_MAX_BYTES = 4096;

/** The log file and its rotated and older neighbours: `chat_logs.csv`, `chat_logs.<anything>.csv`, `chat_logs.csv.1`. */
export async function findLogFiles(path: string): Promise<FoundFile[]> {
  const isNeighbour = neighbourPattern(basename(path));
  const names = await readdir(dirname(path)).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => isNeighbour.test(name)).map((name) => look(join(dirname(path), name))),
  );
  return found.filter((file) => file !== undefined);
}

function neighbourPattern(name: string): RegExp {
  const extension = extname(name);
  const [stem, end] = [name.slice(0, name.length - extension.length), extension].map((part) =>
    part.replace(/[^\w]/g, '\\$&'),
  );
  // logrotate: numbered, dated, and both with `extension .csv`.
  return new RegExp(
    `^${stem}(${end}|\\.[^/]+${end}|-\\d{8}[\\d-]*${end}|${end}\\.\\d+|${end}-\\d{8}[\\d-]*)$`,
  );
}

async function look(path: string): Promise<FoundFile | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats?.isFile() ? { path, identity: identityOf(stats), size: Number(stats.size) } : undefined;
}

/** An inode number is given again after a deletion; the time of birth tells the two files apart. */
function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev.toString()}:${ino.toString()}:${birthtimeNs.toString()}`;
}

/** Opens this very file, or throws LogFileChanged. Never follows a link and never waits for a pipe's other end. */
export async function openLogFile({
  path,
  identity,
}: Pick<FoundFile, 'path' | 'identity'>): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!file) throw new LogFileChanged();
  const stats = await file.stat({ bigint: true });
  if (stats.isFile() && identityOf(stats) === identity) return file;
  await file.close();
  throw new LogFileChanged();
}

export interface LogHeader {
  columns: 7 | 16;
  /** Where the first row begins. */
  bytes: number;
}

/** Undefined where the file has no whole header yet, or is no log of ours. */
export async function readHeader(file: FileHandle): Promise<LogHeader | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_MAX_BYTES), 0, HEADER_MAX_BYTES, 0);
  const bytes = buffer.subarray(0, bytesRead).indexOf('\n') + 1;
  if (bytes === 0) return undefined;
  const names = csvFields(buffer.toString('utf8', 0, bytes).replace(/^\uFEFF/, ''));
  const isPrefix = names.every((name, index) => name === LOG_COLUMNS[index]);
  if (isPrefix && names.length === LOG_COLUMNS.length) return { columns: LOG_COLUMNS.length, bytes };
  return isPrefix && names.length === OLDER_COLUMN_COUNT ? { columns: OLDER_COLUMN_COUNT, bytes } : undefined;
}
