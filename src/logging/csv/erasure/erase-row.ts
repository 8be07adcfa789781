import { LOG_COLUMNS } from '../../log-row.js';
import { instantOf, type Selection } from '../../selection.js';
import { RowFields } from '../row-fields.js';

const TEXTS: readonly string[] = ['prompt', 'response', 'messages'];
const TIMESTAMP = LOG_COLUMNS.indexOf('timestamp');
const ID = LOG_COLUMNS.indexOf('id');

/** The row without its texts; the same Buffer if nothing changes, undefined if it is not selected. All other bytes stay. */
export function eraseRow(row: Buffer, selection: Selection): Buffer | undefined {
  const fields = new RowFields(row);
  if (!isSelected(fields, selection)) return undefined;
  return withEmptyFields(row, fields, (index) => TEXTS.includes(LOG_COLUMNS[index] ?? ''));
}

/** The row with `""` in those fields; the same Buffer if they were empty before. */
export function withEmptyFields(
  row: Buffer,
  fields: RowFields,
  isEmptied: (index: number) => boolean,
): Buffer {
  const pieces = Array.from({ length: fields.count }, (_, index) =>
    isEmptied(index) ? '""' : fields.raw(index).toString('latin1'),
  );
  const emptied = Buffer.from(pieces.join(',') + fields.lineEnd, 'latin1');
  return emptied.equals(row) ? row : emptied;
}

/** Empty for rows with the older seven columns. */
export function idOf(row: Buffer): string {
  return new RowFields(row).text(ID);
}

/**
 * Do bytes of a row that was cut go too? Its client never had a success. Where the cut took the id, nobody can say whose
 * text it is, so an erasure by id takes it along.
 */
export function erasesFragment(fragment: Buffer, selection: Selection): boolean {
  const fields = new RowFields(fragment);
  const hasWholeId = fields.count > ID + 1;
  return isSelected(fields, selection) || ('ids' in selection && !hasWholeId);
}

function isSelected(fields: RowFields, selection: Selection): boolean {
  if ('ids' in selection) return fields.count > ID && selection.ids.includes(fields.text(ID));
  return instantOf(fields.text(TIMESTAMP)) < selection.before;
}
