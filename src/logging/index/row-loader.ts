import { type DuckDBAppender, DuckDBTimestampValue } from '@duckdb/node-api';
import type { FileHandle } from 'node:fs/promises';
import { RowFields } from '../csv/row-fields.js';
import { type RowBatch, rowsIn, rowsOfFile } from '../csv/row-scanner.js';
import { numberOf } from '../log-record.js';
import { COLUMN_PLACES, type LogColumn } from '../log-row.js';
import { microsecondsOf } from '../timestamp.js';
import type { EngineConnection } from './duckdb-engine.js';
import type { SourceFile } from './source-file.js';

const FIGURES = ['latency', 'ttft', 'overhead', 'cost', 'prompt_tokens', 'response_tokens'] as const;
const ID_DIGITS = 16;

/** What was loaded is kept at least this often: a first reading that is cut short goes on from there. */
const COMMIT_BYTES = 64 * 1024 * 1024;

/** Takes rows of a file into the index. What is no row of that file is counted, and left out alone. */
export class RowLoader {
  private appender!: DuckDBAppender;
  private unreadable = 0;
  private position: number;

  constructor(
    private readonly connection: EngineConnection,
    private readonly file: SourceFile,
    private readonly handle: FileHandle,
  ) {
    this.position = file.state.indexed;
  }

  /** All rows up to `end`, or until `isOver`. The file's state tells how far it came, in the index as in memory. */
  async load(end: number, isOver: () => boolean): Promise<void> {
    const batches = rowsOfFile(this.handle, { position: this.position, end });
    while (await this.connection.atOnce(() => this.loadPiece(batches, isOver)));
  }

  /** False where there is no more. */
  private async loadPiece(
    batches: AsyncIterator<RowBatch, undefined>,
    isOver: () => boolean,
  ): Promise<boolean> {
    const { state } = this.file;
    this.appender = await this.connection.appender(state.kind === 'rows' ? 'logged_row' : 'amendment');
    let batch: RowBatch | undefined;
    try {
      do {
        batch = isOver() ? undefined : (await batches.next()).value;
        if (batch?.kind === 'cut') batch = undefined;
        if (batch) this.take(batch);
      } while (batch && this.position - state.indexed < COMMIT_BYTES);
    } finally {
      this.appender.closeSync();
    }
    await this.file.moveTo(this.handle, this.position, this.unreadable);
    await this.file.save(this.connection);
    this.unreadable = 0;
    return batch !== undefined;
  }

  private take(batch: RowBatch): void {
    let start = batch.position;
    this.position += batch.length;
    if (batch.kind === 'too long') this.unreadable++;
    else
      for (const row of rowsIn(batch)) {
        this.takeRow(new RowFields(row), start, row.length);
        start += row.length;
      }
  }

  private takeRow(fields: RowFields, start: number, bytes: number): void {
    const { kind, columns, number } = this.file.state;
    if (!fields.isValid || fields.count !== columns) this.unreadable++;
    else if (kind === 'rows') this.append(number, start, bytes, ...rowValues(fields, start));
    else this.append(number, start, bytes, ...amendmentValues(fields));
  }

  private append(...values: (number | string | DuckDBTimestampValue | null)[]): void {
    const { appender } = this;
    for (const value of values)
      if (value === null) appender.appendNull();
      else if (typeof value === 'number') appender.appendDouble(value);
      else if (typeof value === 'string') appender.appendVarchar(value);
      else appender.appendTimestamp(value);
    appender.endRow();
  }
}

function rowValues(fields: RowFields, start: number) {
  const text = (name: LogColumn) => fields.text(COLUMN_PLACES[name]);
  const model = text('model');
  return [
    // A time that cannot be read counts as the oldest there is.
    new DuckDBTimestampValue(BigInt(microsecondsOf(text('timestamp')) ?? 0)),
    model,
    // Where nothing says who was asked, it was the one that answered.
    text('requested_model') || model,
    text('key'),
    text('status') || 'ok',
    ...FIGURES.map((name) => numberOf(text(name))),
    // Rows without an id still need one to be told apart in their order. No client can ask for it.
    text('id') || `~${start.toString().padStart(ID_DIGITS, '0')}`,
  ];
}

/** Of values that are texts only the place is kept. */
function amendmentValues(fields: RowFields) {
  const [timestamp = '', id = '', field = '', value = ''] = fields.texts();
  return [microsecondsOf(timestamp) ?? 0, id, field, field === 'comment' ? '' : value];
}
