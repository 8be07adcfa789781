import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

const ERASING = '.erasing';
const TORN = '.torn';

/** The files of one log, beside it in its folder. For a log called `chat_logs.csv`: */
export interface LogNeighbours {
  /**
   * `chat_logs.<time>.csv`: set aside by us (older header, or a disk error); `chat_logs.csv.1`, `chat_logs.csv-20261123`,
   * `chat_logs-20261123.csv`, …: rotated by logrotate, perhaps with `.gz`.
   */
  rotated: string[];
  /** `chat_logs.<time>.torn`: bytes of a partial row from a crash. */
  torn: string[];
  /** `<any of them>.erasing`: left by a killed erasure. */
  unfinishedErasures: string[];
}

export function lockPath(logPath: string): string {
  return `${logPath}.lock`;
}

/** Later facts about rows: a separate log with its own neighbours. `chat_logs.amendments.csv` */
export function amendmentsPath(logPath: string): string {
  return besideLog(logPath, 'amendments');
}

/** A separate log beside this one: `chat_logs.<word>.csv` */
export function besideLog(logPath: string, word: string): string {
  return join(dirname(logPath), `${stemOf(logPath)}.${word}${extname(logPath)}`);
}

export function erasingPath(path: string): string {
  return path + ERASING;
}

export async function findNeighbours(logPath: string): Promise<LogNeighbours> {
  const log = basename(logPath);
  const isRotated = rotatedPattern(log);
  const isTorn = tornPattern(log);
  const names = (await readdir(dirname(logPath))).sort();
  const paths = (test: (name: string) => boolean) =>
    names.filter(test).map((name) => join(dirname(logPath), name));
  const isOurs = (name: string) => name === log || isRotated.test(name);
  return {
    rotated: paths((name) => isRotated.test(name)),
    torn: paths((name) => isTorn.test(name)),
    unfinishedErasures: paths((name) => name.endsWith(ERASING) && isOurs(name.slice(0, -ERASING.length))),
  };
}

/** A free name: `chat_logs.20261123T172047475Z.csv`. No race, because only the owner of the lock calls this. */
export function freeSidePath(logPath: string, kind: 'rows' | 'torn', now = new Date()): string {
  const time = now.toISOString().replaceAll(/[-:.]/g, '');
  const stem = join(dirname(logPath), `${stemOf(logPath)}.${time}`);
  const extension = kind === 'rows' ? extname(logPath) : TORN;
  let path = stem + extension;
  for (let n = 1; lstatSync(path, { throwIfNoEntry: false }); n++) path = `${stem}-${n}${extension}`;
  return path;
}

function stemOf(logPath: string): string {
  return basename(logPath, extname(logPath));
}

/** A time or number follows the separator: `chat_logs.demo.csv` is a separate log, or none. */
function rotatedPattern(log: string): RegExp {
  const [stem, extension] = [escaped(stemOf(log)), escaped(extname(log))];
  const numbered = `${stem}${extension}[.-]\\d[\\d-]*`;
  return new RegExp(`^(${stem}[.-]\\d[^/]*${extension}|${numbered})(\\.gz)?$`);
}

function tornPattern(log: string): RegExp {
  return new RegExp(`^${escaped(stemOf(log))}\\.\\d.*${escaped(TORN)}$`);
}

const escaped = (text: string) => text.replaceAll(/[^\w]/g, '\\$&');
