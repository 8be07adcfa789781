import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileRow, sampleRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from './csv-format.js';
import { endOfLastRow, rowsIn, rowsOfFile, scanRows } from './row-scanner.js';

const MIB = 1024 * 1024;
const HEADER = Buffer.from(HEADER_LINE);

// eslint-disable-next-line @typescript-eslint/require-await -- stands for a stream
async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  // One buffer for all chunks, as in some streams.
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size)
    yield chunk.subarray(0, bytes.copy(chunk, 0, at, Math.min(bytes.length, at + size)));
}

interface Piece {
  kind: string;
  text: string;
  at: number;
}

async function pieces(bytes: Buffer, size: number, position = 0, max = MIB): Promise<Piece[]> {
  const found: Piece[] = [];
  for await (const batch of scanRows(inChunks(bytes, size), position, max)) {
    const { kind } = batch;
    let at = batch.position;
    for (const row of kind === 'rows' ? rowsIn(batch) : [batch.bytes]) {
      found.push({ kind, text: row.toString('latin1'), at });
      at += row.length;
    }
  }
  return found;
}

describe('scanRows', () => {
  it('returns whole rows and their positions, however the bytes are split', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileRow, { maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        async (rows, size) => {
          const parts = [HEADER, ...rows.map(formatRow)];
          let at = 7;
          const expected = parts.map((part) => {
            const piece = { kind: 'rows', text: part.toString('latin1'), at };
            at += part.length;
            return piece;
          });
          expect(await pieces(Buffer.concat(parts), size, 7)).toEqual(expected);
        },
      ),
    );
  });

  it('accepts LF as a row end, and returns a partial row last', async () => {
    expect(await pieces(Buffer.from('a,b\n"x\n",y\nz,"cut'), 3)).toEqual([
      { kind: 'rows', text: 'a,b\n', at: 0 },
      { kind: 'rows', text: '"x\n",y\n', at: 4 },
      { kind: 'cut', text: 'z,"cut', at: 11 },
    ]);
  });

  it('returns nothing for no input', async () => {
    expect(await pieces(Buffer.alloc(0), 1)).toEqual([]);
  });

  it('H5: reports a row that is too long by itself, and holds only its beginning', async () => {
    const long = `"${'\n'.repeat(1_000)}"\n`;
    const found = await pieces(Buffer.from(`a\n${long}b\n${long}`.slice(0, -2)), 10, 0, 100);
    expect(found.map(({ kind, at }) => [kind, at])).toEqual([
      ['rows', 0],
      ['too long', 2],
      ['rows', 2 + long.length],
      ['cut', 4 + long.length],
    ]);
    expect(Math.max(...found.map(({ text }) => text.length))).toBeLessThanOrEqual(100);
  });
});

describe('in a file', () => {
  let folder: string;
  let file: FileHandle;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-rows-'));
    file = await open(join(folder, 'rows.csv'), 'w+');
  });

  afterAll(async () => {
    await file.close();
    rmSync(folder, { recursive: true });
  });

  async function write(parts: readonly Buffer[]): Promise<number> {
    await file.truncate(0);
    const { bytesWritten } = await file.write(Buffer.concat(parts), 0, null, 0);
    return bytesWritten;
  }

  /** Checks the end of the last row for a file that is cut at each of these places. */
  async function expectEnds(parts: readonly Buffer[], cuts: Iterable<number>): Promise<void> {
    await write(parts);
    let sum = 0;
    const ends = parts.map((part) => (sum += part.length));
    for (const cut of cuts)
      expect(await endOfLastRow(file, cut)).toBe(ends.findLast((end) => end <= cut) ?? 0);
  }

  it('L5 the last whole row is found at every cut point of files with hostile texts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileRow, { minLength: 1, maxLength: 3 }), async (rows) => {
        const parts = [HEADER, ...rows.map(formatRow)];
        const size = Buffer.concat(parts).length;
        await expectEnds(
          parts,
          Array.from({ length: size + 1 }, (_, cut) => cut),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('L5 it is found across the borders of chunks', async () => {
    const small = formatRow(sampleRow());
    for (const size of [MIB, 3 * MIB]) {
      const large = formatRow(sampleRow({ response: '"\r\n'.repeat(size / 4) }));
      const borders = [1, 2, 3].map((n) => n * MIB).filter((at) => at < size);
      await expectEnds(
        [HEADER, small, large, small],
        borders.flatMap((at) => [at - 1, at, at + 1]),
      );
    }
    // The CRLF of a row on both sides of a border.
    for (const shift of [-1, 0, 1]) {
      const rest = MIB + shift - HEADER.length - formatRow(sampleRow({ response: '' })).length;
      const row = formatRow(sampleRow({ response: 'x'.repeat(rest) }));
      await expectEnds([HEADER, row, small], [MIB - 1, MIB, MIB + 1, MIB + 2]);
    }
  });

  it('reads rows from the given start to the given end', async () => {
    const row = formatRow(sampleRow());
    const size = await write([HEADER, row, row, row]);
    const batches: [string, number, number[]][] = [];
    const span = { position: HEADER.length, end: size - row.length - 1 };
    for await (const { kind, position, ends } of rowsOfFile(file, span)) batches.push([kind, position, ends]);
    expect(batches).toEqual([
      ['rows', HEADER.length, [row.length]],
      ['cut', HEADER.length + row.length, []],
    ]);
  });
});
