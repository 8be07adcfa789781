import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { HEADER_LINE } from '../../src/logging/csv/csv-format.js';

export type ReadRow = Record<string, string>;

/** A folder for one test's log, removed afterwards. */
export class LogFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-log-'));
  readonly log = join(this.folder, 'chat_logs.csv');
  /** By which side files of this log are told apart in folders for temporary files. */
  readonly id = createHash('sha256').update(this.log).digest('hex').slice(0, 12);
  private mounted = false;

  /** Puts a small disk of its own under the log. */
  mount(options: string): void {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', this.folder]);
    this.mounted = true;
  }

  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.folder]);
  }

  names(): string[] {
    return readdirSync(this.folder).sort();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** All rows of all files that hold rows, each file read strictly by a foreign reader. */
  rows(): ReadRow[] {
    return this.names()
      .filter((name) => /\.csv(\.\d+)?$/.test(name) && !name.includes('.amendments'))
      .flatMap((name) => readRows(this.path(name)));
  }

  ids(): string[] {
    return this.rows().map(({ id }) => id!);
  }

  remove(): void {
    if (this.mounted) execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}

/** Reads a log and checks what must hold of every log at any time: header, no half row, nothing but RFC 4180. */
export function readRows(path: string): ReadRow[] {
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, HEADER_LINE.length).toString()).toBe(HEADER_LINE);
  expect(bytes.subarray(-2).toString()).toBe('\r\n');
  return parse(bytes, { columns: true, record_delimiter: '\r\n', relax_quotes: false });
}

/** What was acknowledged is there, and nothing is there twice. Rows that nobody was told about may be there too. */
export function expectEachOnce(found: string[], acknowledged: string[]): void {
  const unique = new Set(found);
  expect(unique.size).toBe(found.length);
  expect(acknowledged.filter((id) => !unique.has(id))).toEqual([]);
}

export const canMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-mount-'));
  const can = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (can) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return can;
})();

export const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

export const canLimit = spawnSync('prlimit', ['--fsize=5000', 'true']).status === 0;

/** `it` where the machine permits what the test needs; else the test is reported as skipped, and why. */
export function itWhere(permitted: boolean, need: string): (name: string, test: () => Promise<void>) => void {
  if (permitted) return it;
  return (name) => {
    it.skip(`${name} (SKIPPED: this machine does not permit ${need})`, () => undefined);
  };
}
