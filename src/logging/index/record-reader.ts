import { RowFields } from '../csv/row-fields.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import { type Amended, recordOf } from '../log-record.js';
import { COLUMN_PLACES, type LogColumn } from '../log-row.js';
import type { PlacedRow } from './row-finder.js';
import type { Source } from './reading.js';
import type { RawRow, RowRef } from './row-reader.js';

const AMENDMENT_VALUE = 3;

interface AmendmentLine extends RowRef {
  id: string;
  field: string;
  value: string;
}

/** Reads rows from the files, and what became known of them later. */
export class RecordReader {
  constructor(private readonly source: Source) {}

  /** In the order given: batches of at most so many bytes as the rows have in their files, or of one row. */
  async *read(rows: readonly PlacedRow[], batchBytes: number): AsyncGenerator<LogRecord[], undefined> {
    const { reader } = this.source;
    const amended = reader.hasAmendments ? await this.amendmentsOf(rows) : new Map<string, Amended>();
    let batch: LogRecord[] = [];
    let size = 0;
    for await (const row of reader.rows(rows)) {
      if (batch.length > 0 && size + row.bytes.length > batchBytes) {
        yield batch;
        [batch, size] = [[], 0];
      }
      batch.push(recordOf(textsOf(row), amended.get(row.ref.id)));
      size += row.bytes.length;
    }
    if (batch.length > 0) yield batch;
  }

  /** The last value of each field. */
  private async amendmentsOf(rows: readonly PlacedRow[]): Promise<Map<string, Amended>> {
    const ids = rows.map(({ id }) => id);
    const found = new Map<string, Amended>();
    if (ids.length === 0) return found;
    const lines = await this.source.connection.rows<AmendmentLine>({
      text: `SELECT file_no, start, bytes, id, field, value FROM amendment
        WHERE id IN (${ids.map((_, index) => `$${index + 1}`).join(', ')}) ORDER BY moment, start`,
      values: ids,
    });
    const comments = new Map<string, AmendmentLine>();
    for (const line of lines) {
      found.set(line.id, { ...found.get(line.id), [line.field]: line.value });
      if (line.field === 'comment' && this.source.reader.has(line)) comments.set(line.id, line);
    }
    // The index holds no texts, so these are read from their file.
    for await (const { ref, bytes } of this.source.reader.rows([...comments.values()]))
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
