import { LOG_COLUMNS } from '../log-row.js';

/** Whose texts go: rows with one of these ids, or rows from before an instant (milliseconds since 1970). */
export type Selection = { ids: readonly string[] } | { before: number };

const TEXTS = ['prompt', 'response', 'messages'].map((column) =>
  LOG_COLUMNS.indexOf(column as (typeof LOG_COLUMNS)[number]),
);
const TIMESTAMP = LOG_COLUMNS.indexOf('timestamp');
const ERROR = LOG_COLUMNS.indexOf('error');
const ID = LOG_COLUMNS.indexOf('id');
const ERASED = 'erased_at=';

/**
 * The row without its texts and with `erased_at=<instant>` in `error` (after the code of a failure), or undefined if it
 * is not selected. One that was erased before comes back as it is. All other bytes stay. Rows with the older seven columns lose their texts and cannot be marked.
 */
export function eraseRow(row: Buffer, selection: Selection, erasedAt: string): Buffer | undefined {
  // latin1 keeps every byte, so that nothing but the erased fields can change.
  const line = row.toString('latin1');
  const fields = splitFields(line);
  if (!isSelected(fields, selection)) return undefined;
  const marked = fields.map((field, index) => {
    if (TEXTS.includes(index)) return '""';
    return index === ERROR ? markErased(field, erasedAt) : field;
  });
  return Buffer.from(marked.join(',') + lineEnd(line), 'latin1');
}

export function idOf(row: Buffer): string {
  return textOf(splitFields(row.toString('latin1'))[ID] ?? '');
}

/**
 * Do bytes of a row that was cut go too? Its client never had a success. Where the cut took the id, nobody can say whose
 * text it is, so an erasure by id takes it along.
 */
export function erasesFragment(fragment: Buffer, selection: Selection): boolean {
  const fields = splitFields(fragment.toString('latin1'));
  const hasWholeId = fields.length > ID + 1;
  return isSelected(fields, selection) || ('ids' in selection && !hasWholeId);
}

/** Milliseconds since 1970, NaN if unreadable. Older logs have no zone (`2024-05-01 12:00:00.123456`): taken as UTC. */
export function instantOf(timestamp: string): number {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(timestamp) || !timestamp.includes(':');
  return Date.parse(timestamp.replace(' ', 'T') + (zoned ? '' : 'Z'));
}

function isSelected(fields: string[], selection: Selection): boolean {
  if ('ids' in selection) return selection.ids.includes(textOf(fields[ID] ?? ''));
  return instantOf(textOf(fields[TIMESTAMP] ?? '')) < selection.before;
}

function markErased(field: string, erasedAt: string): string {
  const error = textOf(field);
  if (error.includes(ERASED)) return field;
  return `"${error === '' ? '' : `${error};`}${ERASED}${erasedAt}"`;
}

/** The fields as they stand in the row, quotes included, line end not. */
function splitFields(row: string): string[] {
  const fields: string[] = [];
  let insideQuotes = false;
  let start = 0;
  const end = row.length - lineEnd(row).length;
  for (let i = 0; i < end; i++) {
    if (row[i] === '"') insideQuotes = !insideQuotes;
    else if (row[i] === ',' && !insideQuotes) {
      fields.push(row.slice(start, i));
      start = i + 1;
    }
  }
  return [...fields, row.slice(start, end)];
}

function textOf(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}

function lineEnd(row: string): string {
  return /\r?\n$/.exec(row.slice(-2))?.[0] ?? '';
}
