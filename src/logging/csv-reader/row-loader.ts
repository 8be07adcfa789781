import type { FileHandle } from 'node:fs/promises';
import type { DuckDbEngine, EngineConnection } from './duckdb-engine.js';
import { lineEnd } from './csv-fields.js';
import type { IndexedFile } from './indexed-file.js';
import { fill, openNamelessFile } from './nameless-file.js';
import { headerLine, indexColumns, readCsv } from './read-csv.js';
import type { WholeRows } from './whole-rows.js';

/** Rows of a chunk, from the first to before the last. */
interface Span {
  first: number;
  last: number;
}

/** Takes chunks of a file's rows into the index, until they end or it is over. */
export async function loadRows(
  engine: DuckDbEngine,
  file: IndexedFile,
  chunks: AsyncIterable<WholeRows>,
  isOver: () => boolean,
): Promise<void> {
  const scratch = await openNamelessFile(await engine.scratchFolder());
  try {
    await engine.use(undefined, (connection) => new RowLoader(connection, scratch, file).run(chunks, isOver));
  } finally {
    await scratch.close();
  }
}

class RowLoader {
  constructor(
    private readonly connection: EngineConnection,
    private readonly scratch: FileHandle,
    private readonly file: IndexedFile,
  ) {}

  /** DuckDB parses a chunk while the next one is read and scanned. */
  async run(chunks: AsyncIterable<WholeRows>, isOver: () => boolean): Promise<void> {
    let loading = Promise.resolve();
    try {
      for await (const chunk of chunks) {
        await loading;
        if (isOver()) return;
        loading = this.take(chunk);
        loading.catch(() => undefined);
      }
    } finally {
      await loading;
    }
  }

  private async take(chunk: WholeRows): Promise<void> {
    const { number, ends, unreadable, rowCount } = this.file;
    for (const end of chunk.ends) ends.push(chunk.position + end);
    try {
      await this.load(chunk, { first: 0, last: chunk.ends.length }, rowCount);
    } catch (error) {
      // As if it had never been read: the next question begins here again.
      ends.length = rowCount + 1;
      this.file.unreadable = unreadable;
      await this.connection.run(
        `DELETE FROM log.chat_log WHERE file_no = ${number} AND row_no >= ${rowCount}`,
      );
      throw error;
    }
  }

  /** Where not every row can be read, each half is tried, down to the rows that are to blame. */
  private async load(chunk: WholeRows, { first, last }: Span, firstRow: number): Promise<void> {
    if (await this.insert(chunk, { first, last }, firstRow + first)) return;
    if (last - first === 1) {
      this.file.unreadable++;
      return;
    }
    const middle = (first + last) >> 1;
    await this.load(chunk, { first, last: middle }, firstRow);
    await this.load(chunk, { first: middle, last }, firstRow);
  }

  /** All the rows or, where DuckDB does not read as many as there are, none: false. */
  private async insert(chunk: WholeRows, { first, last }: Span, firstRow: number): Promise<boolean> {
    const start = chunk.ends[first - 1] ?? 0;
    const { columns } = this.file.header;
    // A file of mixed row ends is no case of its own: where DuckDB refuses the others, the halves are tried.
    const rowEnd = lineEnd(chunk.bytes.subarray(start, chunk.ends[first]));
    await fill(this.scratch, headerLine(columns, rowEnd), chunk.bytes.subarray(start, chunk.ends[last - 1]));
    const rows = readCsv(this.scratch, columns, longest(chunk.ends, { first, last }));
    const statement = `INSERT INTO log.chat_log BY NAME
      SELECT ${this.file.number} AS file_no, ${indexColumns(columns, firstRow)} FROM ${rows}`;
    return this.allOrNothing(statement, last - first);
  }

  private async allOrNothing(statement: string, expected: number): Promise<boolean> {
    let end = 'ROLLBACK';
    await this.connection.run('BEGIN');
    try {
      if ((await this.connection.run(statement)) === expected) end = 'COMMIT';
    } catch (error) {
      if (!isReadFailure(error)) throw error;
    } finally {
      await this.connection.run(end);
    }
    return end === 'COMMIT';
  }
}

/** Only what the CSV reader has to say about a row is about the row; all else (no memory, closed) goes on. */
function isReadFailure(error: unknown): boolean {
  return (error as Error).message.startsWith('Invalid Input Error');
}

function longest(ends: readonly number[], { first, last }: Span): number {
  let max = 0;
  for (let row = first; row < last; row++) max = Math.max(max, (ends[row] ?? 0) - (ends[row - 1] ?? 0));
  return max;
}
