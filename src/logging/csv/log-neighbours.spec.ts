import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findNeighbours, freeSidePath } from './log-neighbours.js';

let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-neighbours-'));
  log = join(folder, 'chat_logs.csv');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('findNeighbours', () => {
  it("tells a log's files from other files", async () => {
    const rotated = [
      'chat_logs-20261123.csv',
      'chat_logs.20261123T172047475Z-1.csv',
      'chat_logs.20261123T172047475Z.csv',
      'chat_logs.csv-20261123',
      'chat_logs.csv.1',
      'chat_logs.csv.2.gz',
    ];
    const torn = ['chat_logs.20261123T172047475Z.torn'];
    const erasing = ['chat_logs.csv.1.erasing', 'chat_logs.csv.erasing'];
    const others = [
      'chat_logs.csv',
      'chat_logs.csv.lock',
      'chat_logs.demo.csv',
      'chat_logs.mine.csv.gz',
      'chat_logs-old.csv',
      'chat_logs.csv.bak',
      'chat_logs.demo.20261123T172047475Z.csv',
      'chat_logs.demo.20261123T172047475Z.torn',
      'chat_logs.demo.csv.erasing',
      'chat_logsXcsv.1',
      'other.csv',
      'chat_logs.txt',
      'x.erasing',
    ];
    for (const name of [...rotated, ...torn, ...erasing, ...others]) writeFileSync(join(folder, name), '');
    const found = await findNeighbours(log);
    expect(found.rotated.map((path) => basename(path))).toEqual(rotated);
    expect(found.torn.map((path) => basename(path))).toEqual(torn);
    expect(found.unfinishedErasures.map((path) => basename(path))).toEqual(erasing);
  });
});

describe('freeSidePath', () => {
  it('never returns a name that is taken', () => {
    const now = new Date('2026-11-23T17:20:47.475Z');
    const first = freeSidePath(log, 'rows', now);
    writeFileSync(first, '');
    expect(basename(first)).toBe('chat_logs.20261123T172047475Z.csv');
    expect(basename(freeSidePath(log, 'rows', now))).toBe('chat_logs.20261123T172047475Z-1.csv');
    expect(basename(freeSidePath(log, 'torn', now))).toBe('chat_logs.20261123T172047475Z.torn');
  });
});
