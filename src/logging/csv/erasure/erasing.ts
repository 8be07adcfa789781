import { AMENDMENT_COLUMNS } from '../../amendment.js';
import { COLUMN_PLACES } from '../../log-row.js';
import { instantOf, type Selection } from '../../selection.js';
import { AMENDMENTS, ROWS, type FileFormat } from '../log-header.js';
import { RowFields } from '../row-fields.js';

/** How an erasure changes the rows of one kind of file. */
export interface Erasing {
  readonly format: FileFormat;
  /** The new row; the same Buffer if it does not change. */
  row(row: Buffer): Buffer;
  /** Are the bytes of a partial row removed? Its client was never sent a success. */
  takesFragment(fragment: Buffer): boolean;
}

const { timestamp: TIMESTAMP, id: ROW_ID, prompt, response, messages } = COLUMN_PLACES;
const TEXTS = [prompt, response, messages];

/** Deletes the texts of selected rows, and collects the ids of all selected rows, including those erased earlier. */
export class TextErasing implements Erasing {
  readonly format = ROWS;
  /** Rows with the older seven columns have an empty id. */
  readonly ids = new Set<string>();

  constructor(private readonly selection: Selection) {}

  row(row: Buffer): Buffer {
    const fields = new RowFields(row);
    if (!this.selects(fields)) return row;
    this.ids.add(fields.text(ROW_ID));
    return withEmptyFields(row, fields, TEXTS);
  }

  /** Without its id nobody knows whose text it is, so an erasure by id removes it too. */
  takesFragment(fragment: Buffer): boolean {
    const fields = new RowFields(fragment);
    const takes = this.selects(fields) || ('ids' in this.selection && !isWhole(fields, ROW_ID));
    if (takes) this.ids.add(fields.text(ROW_ID));
    return takes;
  }

  private selects(fields: RowFields): boolean {
    if ('before' in this.selection) return instantOf(fields.text(TIMESTAMP)) < this.selection.before;
    return fields.count > ROW_ID && this.selection.ids.includes(fields.text(ROW_ID));
  }
}

const AMENDED_ID = AMENDMENT_COLUMNS.indexOf('id');
const FIELD = AMENDMENT_COLUMNS.indexOf('field');
const VALUE = AMENDMENT_COLUMNS.indexOf('value');

/** Deletes the comments of erased rows from the amendments, and collects the ids already marked as erased. */
export class CommentErasing implements Erasing {
  readonly format = AMENDMENTS;
  readonly marked = new Set<string>();

  constructor(private readonly ids: ReadonlySet<string>) {}

  row(row: Buffer): Buffer {
    const fields = new RowFields(row);
    const id = fields.text(AMENDED_ID);
    if (!this.ids.has(id)) return row;
    const field = fields.text(FIELD);
    if (field === 'erased_at') this.marked.add(id);
    return field === 'comment' ? withEmptyFields(row, fields, [VALUE]) : row;
  }

  /** If the field is missing, the rest may be a comment. */
  takesFragment(fragment: Buffer): boolean {
    const fields = new RowFields(fragment);
    return !isWhole(fields, AMENDED_ID) || this.ids.has(fields.text(AMENDED_ID));
  }
}

const isWhole = (fragment: RowFields, index: number) => fragment.count > index + 1;

/** The row with `""` in those fields; the same Buffer if they were empty before. All other bytes stay. */
function withEmptyFields(row: Buffer, fields: RowFields, emptied: readonly number[]): Buffer {
  const pieces = Array.from({ length: fields.count }, (_, index) =>
    emptied.includes(index) ? '""' : fields.raw(index).toString('latin1'),
  );
  const after = Buffer.from(pieces.join(',') + fields.lineEnd, 'latin1');
  return after.equals(row) ? row : after;
}
