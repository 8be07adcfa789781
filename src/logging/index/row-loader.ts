import { type DuckDBAppender, DuckDBTimestampValue } from '@duckdb/node-api';
import type { FileHandle } from 'node:fs/promises';
import { type RowBatch, rowsIn } from '../csv/row-scanner.js';
import { RowFields } from '../csv/row-fields.js';
import { numberOf } from '../log-record.js';
import { LOG_COLUMNS, type LogRow } from '../log-row.js';
import { microsecondsOf } from '../timestamp.js';
import type { EngineConnection } from './duckdb-engine.js';
import { saveSource, type SourceFile } from './source-file.js';

const PLACES = Object.fromEntries(LOG_COLUMNS.map((name, index) => [name, index])) as Record<
  keyof LogRow,
  number
>;
const FIGURES = ['latency', 'ttft', 'overhead', 'cost', 'prompt_tokens', 'response_tokens'] as const;
const ID_DIGITS = 16;

/** What a row or an amendment is called where it stands. */
interface Place {
  file_no: number;
  start: number;
  bytes: number;
}

/** What was loaded is kept at least this often: a first reading that is cut short goes on from there. */
const COMMIT_BYTES = 64 * 1024 * 1024;

/** Takes rows of a file into the index. What is no row of that file is counted, and left out alone. */
export class RowLoader {
  private appender!: DuckDBAppender;
  private unreadable = 0;
  private indexed: number;

  private constructor(
    private readonly connection: EngineConnection,
    private readonly file: SourceFile,
  ) {
    this.indexed = file.state.indexed;
  }

  /** All of the batches, or until `isOver`. The file's state tells how far it came, in the index as in memory. */
  static async load(
    connection: EngineConnection,
    file: SourceFile,
    {
      handle,
      batches,
      isOver,
    }: { handle: FileHandle; batches: AsyncIterable<RowBatch, undefined>; isOver: () => boolean },
  ): Promise<void> {
    const loader = new RowLoader(connection, file);
    const iterator = batches[Symbol.asyncIterator]();
    let isDone: boolean;
    do isDone = await connection.atOnce(() => loader.loadPiece(iterator, isOver, handle));
    while (!isDone);
  }

  private async loadPiece(
    batches: AsyncIterator<RowBatch, undefined>,
    isOver: () => boolean,
    handle: FileHandle,
  ): Promise<boolean> {
    const { state } = this.file;
    this.appender = await this.connection.appender(state.kind === 'rows' ? 'logged_row' : 'amendment');
    let isDone = false;
    try {
      while (!isDone && this.indexed - state.indexed < COMMIT_BYTES) {
        const { value: batch } = await batches.next();
        isDone = batch === undefined || batch.kind === 'cut' || isOver();
        if (batch && !isDone) this.take(batch);
      }
    } finally {
      this.appender.closeSync();
    }
    await this.file.moveTo(handle, this.indexed, this.unreadable);
    await saveSource(this.connection, state);
    this.unreadable = 0;
    return isDone;
  }

  private take(batch: RowBatch): void {
    this.indexed = batch.position + batch.length;
    if (batch.kind === 'too long') this.unreadable++;
    else this.takeRows(batch);
  }

  private takeRows(batch: RowBatch): void {
    let start = batch.position;
    for (const row of rowsIn(batch)) {
      this.append(new RowFields(row), { file_no: this.file.state.number, start, bytes: row.length });
      start += row.length;
    }
  }

  private append(fields: RowFields, place: Place): void {
    if (!fields.isValid || fields.count !== this.file.state.columns) this.unreadable++;
    else if (this.file.state.kind === 'rows') this.appendRow(fields, place);
    else this.appendAmendment(fields, place);
  }

  private appendRow(fields: RowFields, { file_no, start, bytes }: Place): void {
    const { appender } = this;
    const text = (name: keyof LogRow) => fields.text(PLACES[name]);
    const model = text('model');
    appender.appendInteger(file_no);
    appender.appendDouble(start);
    appender.appendInteger(bytes);
    // A time that cannot be read counts as the oldest there is.
    appender.appendTimestamp(new DuckDBTimestampValue(BigInt(microsecondsOf(text('timestamp')) ?? 0)));
    appender.appendVarchar(model);
    // Where nothing says who was asked, it was the one that answered.
    appender.appendVarchar(text('requested_model') || model);
    appender.appendVarchar(text('key'));
    appender.appendVarchar(text('status') || 'ok');
    for (const name of FIGURES) this.appendNumber(numberOf(text(name)));
    // Rows without an id still need one to be told apart in their order. No client can ask for it.
    appender.appendVarchar(text('id') || `~${start.toString().padStart(ID_DIGITS, '0')}`);
    appender.endRow();
  }

  /** Of values that are texts only the place is kept. */
  private appendAmendment(fields: RowFields, { file_no, start, bytes }: Place): void {
    const { appender } = this;
    const field = fields.text(2);
    appender.appendInteger(file_no);
    appender.appendDouble(start);
    appender.appendInteger(bytes);
    appender.appendDouble(microsecondsOf(fields.text(0)) ?? 0);
    appender.appendVarchar(fields.text(1));
    appender.appendVarchar(field);
    appender.appendVarchar(field === 'comment' ? '' : fields.text(3));
    appender.endRow();
  }

  private appendNumber(value: number | null): void {
    if (value === null) this.appender.appendNull();
    else this.appender.appendDouble(value);
  }
}
