import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileRow, sampleRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from './csv-format.js';
import { endOfLastCompleteRow } from './torn-tail.js';

const MIB = 1024 * 1024;
const HEADER = Buffer.from(HEADER_LINE);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-torn-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Where the rows end, and for each cut point the end that is expected. */
async function expectEnds(parts: Buffer[], cuts: Iterable<number>): Promise<void> {
  const bytes = Buffer.concat(parts);
  const ends = parts.map(
    (
      (sum) => (part) =>
        (sum += part.length)
    )(0),
  );
  const handle = await open(join(folder, 'torn.csv'), 'w+');
  try {
    await handle.write(bytes);
    for (const cut of cuts) {
      const expected = ends.findLast((end) => end <= cut) ?? 0;
      expect(await endOfLastCompleteRow(handle, cut)).toBe(expected);
    }
  } finally {
    await handle.close();
  }
}

describe('endOfLastCompleteRow', () => {
  it('L5 finds the last whole row at every cut point of files with hostile texts', async () => {
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

  it('L5 finds it across the borders of chunks', async () => {
    const small = formatRow(sampleRow());
    for (const [large, before] of [
      [3 * MIB, 2],
      [MIB, 1],
    ] as const) {
      const rows = [
        ...Array.from({ length: before }, () => small),
        formatRow(sampleRow({ response: '"\r\n'.repeat(large / 4) })),
        small,
      ];
      const size = HEADER.length + rows.reduce((sum, row) => sum + row.length, 0);
      const borders = [1, 2, 3]
        .flatMap((n) => [size - n * MIB, n * MIB])
        .filter((at) => at > 1 && at < size - 1);
      await expectEnds(
        [HEADER, ...rows],
        borders.flatMap((at) => [at - 1, at, at + 1]),
      );
    }
    // The CRLF of a row on either side of the border that the backward search has.
    for (const shift of [-1, 0, 1]) {
      const first = formatRow(sampleRow());
      const cutRow = formatRow(sampleRow({ response: 'x'.repeat(2 * MIB) })).subarray(0, MIB + shift - 1);
      await expectEnds([HEADER, first, cutRow], [HEADER.length + first.length + cutRow.length - 1]);
    }
  });
});
