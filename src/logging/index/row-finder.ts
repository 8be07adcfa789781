import type { LogCursor } from '../log-cursor.js';
import type { LogFilter } from '../log-filter.js';
import { byIdSql, pageSql, rowsSql, type TextCondition } from '../sql/log-sql.js';
import type { Source } from './reading.js';
import type { RowRef } from './row-reader.js';
import { TextSearch } from './text-search.js';

/** A row, its id (or what stands for it), and its place in the order of time. */
export type PlacedRow = RowRef & Pick<LogCursor, 'timestamp' | 'id'>;

const REF = 'file_no, start, bytes';
const PLACED = `${REF}, CAST(timestamp AS varchar) AS timestamp, id`;
/** No condition asks what an amendment can change, and joining those takes five times as long. */
const FROM = 'logged_row AS chat_log';
/** Rows of older logs may have the same time, and copies of a file the same ids. */
const TIES = ['file_no', 'start'];

/** The texts are not in the index. Where `q` is asked for, the rows that hold it are in a table of their own. */
export const textIsMatched: TextCondition = () =>
  '(file_no, start) IN (SELECT (file_no, start) FROM matched)';

/** A common text is found among the newest rows, in milliseconds; only for a rarer one is all of the log searched. */
const NEWEST_SEARCHED = 8_192;

/** Which rows a filter means. */
export class RowFinder {
  private readonly search: TextSearch | undefined;
  /** What the index can tell. */
  private readonly indexed: LogFilter;

  constructor(
    private readonly source: Source,
    private readonly filter: LogFilter,
  ) {
    const { q, ...indexed } = filter;
    this.indexed = indexed;
    this.search = q === undefined ? undefined : new TextSearch(q);
  }

  byId(id: string): Promise<PlacedRow[]> {
    return this.source.connection.rows(byIdSql(PLACED, id, FROM));
  }

  /** Newest first. */
  async newest(limit: number, after?: LogCursor): Promise<PlacedRow[]> {
    const ask = (filter: LogFilter, most: number) =>
      this.source.connection.rows<PlacedRow>(
        pageSql(PLACED, filter, textIsMatched, { limit: most, after, ties: TIES, from: FROM }),
      );
    if (this.search) {
      const rows = await ask(this.indexed, NEWEST_SEARCHED);
      const found = await this.search.filter(this.source.reader, rows, limit);
      if (found.length === limit || rows.length < NEWEST_SEARCHED) return found;
      await this.matchText();
    }
    return ask(this.filter, limit);
  }

  /** All, in the order of the log: file after file, the oldest first. */
  all(): AsyncGenerator<PlacedRow[]> {
    return this.inOrder<PlacedRow>(PLACED);
  }

  /** Where all are: a third of the time of `all`. */
  places(): AsyncGenerator<RowRef[]> {
    return this.inOrder<RowRef>(REF);
  }

  private async *inOrder<Ref extends RowRef>(columns: string): AsyncGenerator<Ref[]> {
    const order = await this.source.connection.rows<{ file_no: number }>({
      text: 'SELECT file_no FROM logged_row GROUP BY file_no ORDER BY min(timestamp), file_no',
      values: [],
    });
    const files = ['NULL', ...order.map(({ file_no }) => file_no)].join(', ');
    const inOrder = `list_position([${files}], file_no), start`;
    const statement = rowsSql(columns, this.indexed, textIsMatched, inOrder, FROM);
    for await (const rows of this.source.connection.stream<Ref>(statement)) {
      // A file that came into the index since this reader opened its own is none of its business.
      const known = rows.filter((row) => this.source.reader.has(row));
      yield this.search ? await this.search.filter(this.source.reader, known) : known;
    }
  }

  /** Makes the table that textIsMatched asks: on this connection, while the rows come over another. */
  async matchText(): Promise<void> {
    if (!this.search) return;
    await this.source.connection.run('CREATE TEMP TABLE matched (file_no INTEGER, start DOUBLE)');
    const { engine, connection } = this.source;
    await engine.use(connection.signal, async (other) => {
      const finder = new RowFinder({ ...this.source, connection: other }, this.filter);
      for await (const refs of finder.places()) {
        // Numbers of ours, not a user's text.
        const pairs = refs.map(({ file_no, start }) => `(${file_no}, ${start})`).join();
        if (pairs) await this.source.connection.run(`INSERT INTO matched VALUES ${pairs}`);
      }
    });
  }
}

/** What `LogCursor.tie` says of a row. */
export const tieOf = ({ file_no, start }: RowRef): number[] => [file_no, start];
