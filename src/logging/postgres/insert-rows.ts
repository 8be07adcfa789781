import type { QueryConfig } from 'pg';
import { COLUMN_KINDS, isNumeric, LOG_COLUMNS, type LogColumn, type LogRow } from '../log-row.js';
import { microsecondsOf } from '../timestamp.js';

const LONG_TEXTS = ['prompt', 'response', 'messages'] as const satisfies readonly LogColumn[];

const isLong = (name: LogColumn): boolean => (LONG_TEXTS as readonly string[]).includes(name);

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
const typeOf = (name: LogColumn) =>
  name === 'timestamp' ? 'timestamp' : isNumeric(COLUMN_KINDS[name]) ? 'double precision' : 'text';

const NARROW = LOG_COLUMNS.filter((name) => !isLong(name));
const ARRAYS = [...LOG_COLUMNS.map(typeOf), 'integer'].map((type, index) => `$${index + 1}::${type}[]`);

/** One statement, so rows and texts are there together or not at all; a row that is there already stays as it is. */
const INSERT = `
WITH input AS (SELECT * FROM unnest(${ARRAYS.join(', ')}) AS input(${quoted([...LOG_COLUMNS, 'bytes'])})),
narrow AS (
  INSERT INTO chats (${quoted([...NARROW, 'bytes'])}) SELECT ${quoted([...NARROW, 'bytes'])} FROM input
  ON CONFLICT DO NOTHING)
INSERT INTO chat_texts (${quoted(['timestamp', 'id', ...LONG_TEXTS])})
  SELECT ${quoted(['timestamp', 'id', ...LONG_TEXTS])} FROM input
  ON CONFLICT DO NOTHING`;

/** Inserts rows; those that are there already are left out. Prepared once for each connection. */
export function insertRows(rows: readonly LogRow[]): QueryConfig {
  const values = LOG_COLUMNS.map((name) => rows.map((row) => valueOf(name, row)));
  return { name: 'insert-rows', text: INSERT, values: [...values, rows.map(bytesOf)] };
}

function valueOf(name: LogColumn, row: LogRow): string | number | null {
  const value = row[name];
  if (typeof value !== 'string') return Number.isFinite(value) ? value : null;
  return name === 'timestamp' ? timeOf(row) : storable(value);
}

/** UTC to the microsecond. A time that cannot be read counts as the oldest there is, as in the index of CSV files. */
export function timeOf({ timestamp }: Pick<LogRow, 'timestamp'>): string {
  const micros = microsecondsOf(timestamp) ?? 0;
  const second = Math.floor(micros / 1e6);
  const fraction = (micros - second * 1e6).toString().padStart(6, '0');
  return `${new Date(second * 1000).toISOString().slice(0, 19)}.${fraction}`;
}

/** PostgreSQL's texts hold every character but NUL: that becomes its picture, ␀. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u2400') : text;
}

const bytesOf = (row: LogRow): number =>
  LONG_TEXTS.reduce((sum, name) => sum + Buffer.byteLength(row[name]), 0);
