import fc from 'fast-check';
import { hostileRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from './csv-format.js';
import { splitRows } from './row-splitter.js';

// eslint-disable-next-line @typescript-eslint/require-await -- stands for a stream
async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(bytes: Buffer, size: number): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of splitRows(inChunks(bytes, size))) rows.push(row.toString('latin1'));
  return rows;
}

describe('splitRows', () => {
  it('gives each row whole, however the bytes are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileRow, { maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        async (rows, size) => {
          const parts = [Buffer.from(HEADER_LINE), ...rows.map(formatRow)];
          expect(await split(Buffer.concat(parts), size)).toEqual(
            parts.map((part) => part.toString('latin1')),
          );
        },
      ),
    );
  });

  it('takes LF as a row end too, and gives a cut row last', async () => {
    expect(await split(Buffer.from('a,b\n"x\n",y\nz,"cut'), 3)).toEqual(['a,b\n', '"x\n",y\n', 'z,"cut']);
  });

  it('gives nothing for nothing', async () => {
    expect(await split(Buffer.alloc(0), 1)).toEqual([]);
  });
});
