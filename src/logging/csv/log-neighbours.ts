import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const ERASING = '.erasing';

/**
 * The files that belong to one log, beside it in its folder, for a log called `chat_logs.csv`:
 * - `chat_logs.<time>.csv`: set aside by us (older header, or a disk error); complete rows;
 * - `chat_logs.<time>.torn`: bytes of a row that was cut by a crash;
 * - `chat_logs.csv.1`, `chat_logs.csv-20261123`, … , perhaps `.gz`: rotated by logrotate;
 * - `chat_logs.csv.lock`: the lock; `*.erasing`: left by an erasure that was killed.
 */
export interface LogNeighbours {
  rotated: string[];
  torn: string[];
  unfinishedErasures: string[];
}

export function lockPath(logPath: string): string {
  return `${logPath}.lock`;
}

export function erasingPath(path: string): string {
  return path + ERASING;
}

export async function findNeighbours(logPath: string): Promise<LogNeighbours> {
  const folder = dirname(logPath);
  const { stem, extension } = nameParts(logPath);
  const found: LogNeighbours = { rotated: [], torn: [], unfinishedErasures: [] };
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    if (!name.startsWith(`${stem}.`) && !name.startsWith(basename(logPath))) continue;
    if (name.endsWith(ERASING)) found.unfinishedErasures.push(path);
    else if (name.endsWith('.torn')) found.torn.push(path);
    else if (isRotated(name, stem, extension)) found.rotated.push(path);
  }
  return found;
}

/** A free name beside the log: `chat_logs.20261123T172047475Z.csv`. Safe against a race because only the owner of the lock asks. */
export async function freeSidePath(logPath: string, kind: 'csv' | 'torn', now = new Date()): Promise<string> {
  const { stem, extension } = nameParts(logPath);
  const time = now.toISOString().replaceAll(/[-:.]/g, '');
  for (let n = 0; ; n++) {
    const name = `${stem}.${time}${n === 0 ? '' : `-${n}`}${kind === 'csv' ? extension : '.torn'}`;
    const path = join(dirname(logPath), name);
    if (!(await exists(path))) return path;
  }
}

function nameParts(logPath: string): { stem: string; extension: string } {
  const name = basename(logPath);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}

function isRotated(name: string, stem: string, extension: string): boolean {
  const ours =
    name.startsWith(`${stem}.`) &&
    /^\.\d{8}T\d{9}Z(-\d+)?$/.test(name.slice(stem.length, name.length - extension.length));
  const logrotates =
    name.startsWith(stem + extension) &&
    /^[.-]\d[\d-]*(\.gz)?$/.test(name.slice(stem.length + extension.length));
  return (ours && name.endsWith(extension)) || logrotates;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
