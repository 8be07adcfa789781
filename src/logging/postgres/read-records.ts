import type { AmendmentField } from '../amendment.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import { type Amended, recordOf } from '../log-record.js';
import { LOG_COLUMNS, type LogColumn } from '../log-row.js';
import type { LogCursor } from '../log-cursor.js';
import { textIsLike, type TextCondition } from '../sql/log-sql.js';
import type { AskDatabase } from './questions.js';
import { AMENDED_FIELDS } from './upsert-amendments.js';

/** A row, its place in the order of time, and what its texts hold in memory. */
export interface PlacedChat extends Pick<LogCursor, 'timestamp' | 'id'> {
  bytes: number;
}

export const PLACED_CHAT = 'CAST(chat_log.timestamp AS varchar) AS timestamp, chat_log.id, chat_log.bytes';

/** Ids that were made up for rows without one. No client can ask for them. */
export const MADE_UP = '~';

/** The texts are in a table of their own. */
export const textIsInTexts: TextCondition = (q, bind) =>
  `EXISTS (SELECT FROM chat_texts WHERE chat_texts.id = chat_log.id AND chat_texts.timestamp = chat_log.timestamp
    AND ${textIsLike(q, bind)})`;

type Line = Record<LogColumn | `amended_${AmendmentField}`, string | number | null>;

const TEXTS: readonly string[] = ['prompt', 'response', 'messages'];
const columnOf = (name: LogColumn): string => {
  if (name === 'timestamp') return 'CAST(chats.timestamp AS varchar) AS timestamp';
  return `${TEXTS.includes(name) ? 'chat_texts' : 'chats'}."${name}"`;
};

const RECORDS = `SELECT ${LOG_COLUMNS.map(columnOf).join(', ')},
    ${AMENDED_FIELDS.map((field) => `amended.${field} AS amended_${field}`).join(', ')}
  FROM unnest($1::timestamp[], $2::text[]) WITH ORDINALITY AS wanted (timestamp, id, place)
  JOIN chats USING (timestamp, id) JOIN chat_texts USING (timestamp, id) LEFT JOIN amended USING (id)
  ORDER BY place`;

/** Whole rows with what became known of them, in the order given. */
export async function readRecords(ask: AskDatabase, chats: readonly PlacedChat[]): Promise<LogRecord[]> {
  if (chats.length === 0) return [];
  const values = [chats.map(({ timestamp }) => timestamp), chats.map(({ id }) => id)];
  return (await ask<Line>({ text: RECORDS, values })).map(toRecord);
}

function toRecord(line: Line): LogRecord {
  const amended: Amended = {};
  for (const field of AMENDED_FIELDS) {
    const value = line[`amended_${field}`];
    if (value !== null) amended[field] = String(value);
  }
  const id = String(line.id);
  const text = (column: LogColumn) => String(line[column] ?? '');
  return recordOf((column) => (column === 'id' && id.startsWith(MADE_UP) ? '' : text(column)), amended);
}
