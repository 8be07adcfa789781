import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileText, sampleRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from '../csv/csv-format.js';
import { neutralised } from '../export/formula.js';
import { LOG_COLUMNS } from '../log-row.js';
import { CsvLogQueries } from './csv-log-queries.js';
import { sqlOverLog } from './sql-over-log.js';

/** Prompt and answer of one row. */
type Texts = [prompt: string, response: string];

/** How a file is written: its header, and each of its rows. */
interface Writer {
  header: string;
  row: (texts: Texts, number: number) => string;
}

const timeOf = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
const idOf = (number: number) => `ID-${number}`;
const minimal = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const ours: Writer = {
  header: HEADER_LINE,
  row: ([prompt, response], number) =>
    formatRow(sampleRow({ timestamp: timeOf(number), id: idOf(number), prompt, response })).toString(),
};

/** Seven columns, quotes only where needed: Python's csv.writer ends rows with CRLF, pandas on Linux with LF. */
const legacy = (rowEnd: string): Writer => ({
  header: LOG_COLUMNS.slice(0, 7).join(',') + rowEnd,
  row: (texts, number) =>
    [timeOf(number), 'mistral', ...texts.map(minimal), '1.5', '1', '2'].join(',') + rowEnd,
});

/** Ours, saved again by another program with LF. */
const resaved: Writer = {
  header: HEADER_LINE.replace('\r\n', '\n'),
  row: (texts, number) => ours.row(texts, number).slice(0, -2) + '\n',
};

const multiLine = fc
  .tuple(hostileText, fc.constantFrom('\n', '\r\n', '\r\n\r\n', '\r', '",\r\n"', '\n"'), hostileText)
  .map((parts) => parts.join(''));
/** What UTF-8 cannot hold cannot come back. */
const texts = (one: fc.Arbitrary<string>) =>
  fc.tuple(one, hostileText).map((both) => both.map(wellFormed) as Texts);
const wellFormed = (text: string) => Buffer.from(text).toString();

const allMultiLine = fc.array(texts(multiLine), { minLength: 1, maxLength: 6 });
const firstMultiLine = fc
  .tuple(texts(multiLine), fc.array(texts(hostileText), { maxLength: 6 }))
  .map(([first, rest]) => [first, ...rest]);

describe('C15 L16: line breaks in texts', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-breaks-'));
    path = join(folder, 'chat_logs.csv');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** A log in whatever state, asked in every way. */
  async function expectRead(log: CsvLogQueries, expected: readonly Texts[], ids: readonly string[] = []) {
    const stats = await log.stats({});
    expect([stats.unreadable_rows, stats.total.count]).toEqual([0, expected.length]);
    const { rows } = await log.find({}, { limit: 100 });
    expect(rows.map(({ prompt, response }) => [prompt, response]).reverse()).toEqual(expected);
    for (const [index, id] of ids.entries())
      expect(await log.get(id)).toMatchObject({
        prompt: expected[index]?.[0],
        response: expected[index]?.[1],
      });
    const jsonl = (await collect(log.export({}, 'jsonl'))).toString().trimEnd().split('\n');
    expect(jsonl.map((line) => textsOf(JSON.parse(line) as Fields))).toEqual(expected);
    const raw = parse(await collect(log.export({}, 'raw')), {
      columns: true,
      record_delimiter: ['\r\n', '\n'],
    });
    expect((raw as unknown as Fields[]).map(textsOf)).toEqual(expected);
    const csv = parse(await collect(log.export({}, 'csv')), { columns: true, record_delimiter: '\r\n' });
    expect((csv as unknown as Fields[]).map(textsOf)).toEqual(expected.map((both) => both.map(neutralised)));
    const parquet = join(folder, 'rows.parquet');
    await writeFile(parquet, await collect(log.export({}, 'parquet')));
    expect(await textsOfParquet(parquet)).toEqual(expected);
    const sql = `SELECT ${AS_BASE64} FROM logs`;
    expect(
      await sqlOverLog(log, sql, async (result) => {
        const found: unknown[][] = [];
        for await (const some of result.rows) found.push(...some);
        return found.map(fromBase64);
      }),
    ).toEqual(expected);
  }

  async function withLog<T>(work: (log: CsvLogQueries) => Promise<T>): Promise<T> {
    const log = new CsvLogQueries(path);
    try {
      return await work(log);
    } finally {
      await log.onApplicationShutdown();
    }
  }

  const fileOf = (writer: Writer, all: readonly Texts[], from = 0) =>
    writer.header + all.map((row, index) => writer.row(row, from + index)).join('');

  const WRITERS: [string, Writer][] = [
    ['our own file', ours],
    ['our own file saved again with LF', resaved],
    ["a file of Python's csv.writer", legacy('\r\n')],
    ['a file of pandas on Linux', legacy('\n')],
  ];

  describe.each(WRITERS)('in %s', (_, writer) => {
    it.each([
      ['the first row', firstMultiLine],
      ['all rows', allMultiLine],
    ])(
      'cost nothing in %s',
      async (__, rows) => {
        await fc.assert(
          fc.asyncProperty(rows, async (all) => {
            await writeFile(path, fileOf(writer, all));
            const ids = writer === ours || writer === resaved ? all.map((___, index) => idOf(index)) : [];
            await withLog((log) => expectRead(log, all, ids));
          }),
          { numRuns: 12 },
        );
      },
      60_000,
    );
  });

  it('cost nothing in a row that is taken in alone, after a question', async () => {
    await fc.assert(
      fc.asyncProperty(texts(multiLine), async (row) => {
        await writeFile(path, fileOf(ours, [['plain', 'plain']]));
        await withLog(async (log) => {
          expect((await log.stats({})).total.count).toBe(1);
          await appendFile(path, ours.row(row, 1));
          await expectRead(log, [['plain', 'plain'], row], [idOf(0), idOf(1)]);
        });
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('cost nothing in one file of mixed row ends', async () => {
    await fc.assert(
      fc.asyncProperty(allMultiLine, async (all) => {
        const rows = all.map((row, index) => (index % 2 ? ours : resaved).row(row, index));
        await writeFile(path, HEADER_LINE + rows.join(''));
        await withLog((log) => expectRead(log, all));
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  it('cost nothing where files of all origins are one log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...WRITERS.map(() => allMultiLine)), async (parts) => {
        let from = 0;
        for (const [index, rows] of parts.entries()) {
          await writeFile(`${path}.${index}`, fileOf(WRITERS[index]![1], rows, from));
          from += rows.length;
        }
        await withLog((log) => expectRead(log, parts.flat()));
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});

type Fields = Record<'prompt' | 'response', string>;

const textsOf = ({ prompt, response }: Fields) => [prompt, response];

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** DuckDB's binding drops a byte order mark at the beginning of a text that it gives to JavaScript. */
const AS_BASE64 = 'to_base64(encode(prompt)), to_base64(encode(response))';
const fromBase64 = (row: unknown[]) =>
  row.map((text) => Buffer.from((text ?? '') as string, 'base64').toString());

async function textsOfParquet(path: string): Promise<unknown[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT ${AS_BASE64} FROM read_parquet('${path}')`);
  const rows = reader.getRows().map(fromBase64);
  connection.closeSync();
  instance.closeSync();
  return rows;
}
