import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { AMENDMENTS, HEADER_PROBE_BYTES, headerColumns, ROWS } from '../csv/log-header.js';
import { amendmentsPath, findNeighbours } from '../csv/log-neighbours.js';

/** A file of the log as it lies in its folder. */
export interface FoundFile {
  path: string;
  /** The same as long as it is the same file, whatever its name: logs are renamed when they rotate. */
  identity: string;
  size: number;
  /** Changes whenever the contents do. */
  version: string;
}

/** A file is no longer the one that was listed, or no longer there. The listing has to be made again. */
export class LogFileChanged extends Error {}

/** The log, its amendments, and their rotated and older neighbours: the very files that an erasure goes through. */
export async function findLogFiles(path: string): Promise<FoundFile[]> {
  const paths = await Promise.all([path, amendmentsPath(path)].map(withRotated));
  const found = await Promise.all(paths.flat().map(look));
  return found.filter((file) => file !== undefined);
}

/** A folder that is not there yet holds no rows. */
async function withRotated(path: string): Promise<string[]> {
  const { rotated } = await findNeighbours(path).catch(() => ({ rotated: [] }));
  return [...rotated, path];
}

async function look(path: string): Promise<FoundFile | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const version = `${stats.size.toString()}:${stats.mtimeNs.toString()}`;
  return { path, identity: identityOf(stats), size: Number(stats.size), version };
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
  kind: 'rows' | 'amendments';
  columns: number;
  /** Where the first row begins. */
  bytes: number;
}

/** Undefined where the file is no log of ours: somebody else's, compressed, or without a whole header yet. */
export async function readHeader(file: FileHandle): Promise<LogHeader | undefined> {
  const probe = Buffer.alloc(HEADER_PROBE_BYTES);
  const { bytesRead } = await file.read(probe, 0, HEADER_PROBE_BYTES, 0);
  const bytes = probe.subarray(0, bytesRead).indexOf('\n') + 1;
  if (bytes === 0) return undefined;
  const line = probe.toString('utf8', 0, bytes);
  const names = headerColumns(line);
  const format = [ROWS, AMENDMENTS].find(({ knownColumns }) => knownColumns.includes(names));
  return format && { kind: format === ROWS ? 'rows' : 'amendments', columns: names.split(',').length, bytes };
}
