import { RowFields } from '../csv/row-fields.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import { type Amended, recordOf } from '../log-record.js';
import { COLUMN_PLACES, type LogColumn } from '../log-row.js';
import type { EngineConnection } from './duckdb-engine.js';
import type { PlacedRow } from './row-finder.js';
import type { RawRow, RowReader, RowRef } from './row-reader.js';

const AMENDMENT_VALUE = 3;

interface AmendmentLine extends RowRef {
  id: string;
  field: string;
  value: string;
}

/** A row as it is answered, and how many bytes it has in its file. */
export interface SizedRecord {
  record: LogRecord;
  bytes: number;
}

/** Reads rows from the files, and what became known of them later. */
export class RecordReader {
  constructor(
    private readonly connection: EngineConnection,
    private readonly reader: RowReader,
  ) {}

  /** In the order given. */
  async *read(rows: readonly PlacedRow[]): AsyncGenerator<SizedRecord> {
    const amended = this.reader.hasAmendments ? await this.amendmentsOf(rows) : new Map<string, Amended>();
    for await (const row of this.reader.rows(rows))
      yield { record: recordOf(textsOf(row), amended.get(row.ref.id)), bytes: row.bytes.length };
  }

  /** The last value of each field. */
  private async amendmentsOf(rows: readonly PlacedRow[]): Promise<Map<string, Amended>> {
    const ids = rows.map(({ id }) => id);
    const found = new Map<string, Amended>();
    if (ids.length === 0) return found;
    const lines = await this.connection.rows<AmendmentLine>({
      text: `SELECT file_no, start, bytes, id, field, value FROM amendment
        WHERE id IN (${ids.map((_, index) => `$${index + 1}`).join(', ')}) ORDER BY moment, start`,
      values: ids,
    });
    const comments = new Map<string, AmendmentLine>();
    for (const line of lines) {
      found.set(line.id, { ...found.get(line.id), [line.field]: line.value });
      if (line.field === 'comment' && this.reader.has(line)) comments.set(line.id, line);
    }
    // The index holds no texts, so these are read from their file.
    for await (const { ref, bytes } of this.reader.rows([...comments.values()]))
      found.set(ref.id, { ...found.get(ref.id), comment: new RowFields(bytes).text(AMENDMENT_VALUE) });
    return found;
  }
}

function textsOf({ bytes, columns }: RawRow): (column: LogColumn) => string {
  const fields = new RowFields(bytes);
  return (column) => {
    const place = COLUMN_PLACES[column];
    return place < columns ? fields.text(place) : '';
  };
}
