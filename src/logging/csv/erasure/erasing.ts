import { AMENDMENT_COLUMNS } from '../../amendment.js';
import type { Selection } from '../../selection.js';
import { AMENDMENTS, ROWS, type FileFormat } from '../log-header.js';
import { RowFields } from '../row-fields.js';
import { erasesFragment, eraseRow, idOf, withEmptyFields } from './erase-row.js';

/** What an erasure does to the rows of one kind of file. */
export interface Erasing {
  readonly format: FileFormat;
  /** The row as it is to be: the same Buffer where it stays. */
  row(row: Buffer): Buffer;
  /** Do bytes of a row that a crash had cut go? */
  takesFragment(fragment: Buffer): boolean;
}

/** Takes the texts from the rows of the log, and gathers the ids of those that are selected, erased before or now. */
export class TextErasing implements Erasing {
  readonly format = ROWS;
  readonly ids = new Set<string>();

  constructor(private readonly selection: Selection) {}

  row(row: Buffer): Buffer {
    const erased = eraseRow(row, this.selection);
    if (erased) this.ids.add(idOf(row));
    return erased ?? row;
  }

  takesFragment(fragment: Buffer): boolean {
    const takes = erasesFragment(fragment, this.selection);
    if (takes) this.ids.add(idOf(fragment));
    return takes;
  }
}

const ID = AMENDMENT_COLUMNS.indexOf('id');
const FIELD = AMENDMENT_COLUMNS.indexOf('field');
const VALUE = AMENDMENT_COLUMNS.indexOf('value');

/** Takes the comments of erased rows from the amendments, and gathers the ids that are marked as erased already. */
export class CommentErasing implements Erasing {
  readonly format = AMENDMENTS;
  readonly marked = new Set<string>();

  constructor(private readonly ids: ReadonlySet<string>) {}

  row(row: Buffer): Buffer {
    const fields = new RowFields(row);
    const id = fields.text(ID);
    if (!this.ids.has(id)) return row;
    const field = fields.text(FIELD);
    if (field === 'erased_at') this.marked.add(id);
    return field === 'comment' ? withEmptyFields(row, fields, (index) => index === VALUE) : row;
  }

  /** Where the cut took the field, it may be a comment. */
  takesFragment(fragment: Buffer): boolean {
    const fields = new RowFields(fragment);
    const hasWholeId = fields.count > ID + 1;
    return !hasWholeId || this.ids.has(fields.text(ID));
  }
}
