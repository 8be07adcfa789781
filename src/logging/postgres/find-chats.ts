import type { LogFilter } from '../log-filter.js';
import { type PagePlace, pageSql, sqlTime, textIsLike, type TextCondition } from '../sql/log-sql.js';
import type { AskDatabase } from './questions.js';
import { PLACED_CHAT, type PlacedChat, textIsInTexts } from './read-records.js';

/** Rows whose texts are read one by one before the index of texts is asked: a word that many rows have is found there. */
const NEWEST = 5_000;
const FIRST_SPAN_MS = 2 * 24 * 60 * 60_000;

/** Row by row: where most rows match, an index of texts would bring all of them. */
const textOfRow: TextCondition = (q, bind) =>
  `(SELECT ${textIsLike(q, bind)} FROM chat_texts
    WHERE chat_texts.id = chat_log.id AND chat_texts.timestamp = chat_log.timestamp)`;

/** The rows of a page, newest first, from the cursor on. */
export async function findChats(
  ask: AskDatabase,
  filter: LogFilter,
  place: PagePlace,
): Promise<PlacedChat[]> {
  const { q, ...others } = filter;
  if (q === undefined) return ask<PlacedChat>(pageSql(PLACED_CHAT, filter, textIsInTexts, place));
  const newest = pageSql('chat_log.timestamp, chat_log.id, chat_log.bytes', others, textOfRow, {
    ...place,
    limit: NEWEST,
  });
  const bind = (value: string | number) => `$${newest.values.push(value)}`;
  const found = await ask<PlacedChat>({
    text: `SELECT ${PLACED_CHAT} FROM (${newest.text}) AS chat_log WHERE ${textOfRow(q, bind)}
      ORDER BY chat_log.timestamp DESC, chat_log.id DESC LIMIT ${place.limit}`,
    values: newest.values,
  });
  return found.length === place.limit ? found : findBySpans(ask, filter, place);
}

/** The planner does not see that newer rows may do, so short spans of time are asked before long ones. */
async function findBySpans(ask: AskDatabase, filter: LogFilter, place: PagePlace): Promise<PlacedChat[]> {
  const [log] = await ask<{ oldest: number | null; newest: number | null }>({
    text: `SELECT CAST(extract(epoch FROM min(timestamp)) * 1000 AS double precision) AS oldest,
      CAST(extract(epoch FROM max(timestamp)) * 1000 AS double precision) AS newest FROM chats`,
    values: [],
  });
  const oldest = Math.max(log?.oldest ?? Infinity, filter.from?.getTime() ?? -Infinity);
  const after = place.after ? Date.parse(`${place.after.timestamp.replace(' ', 'T')}Z`) : Infinity;
  let end = Math.min(log?.newest ?? -Infinity, filter.to?.getTime() ?? Infinity, after) + 1;
  const found: PlacedChat[] = [];
  for (let span = FIRST_SPAN_MS; end > oldest && found.length < place.limit; span *= 4) {
    const begin = Math.max(Math.floor(oldest), end - span);
    const text = textWithin(new Date(begin), new Date(end));
    const limit = place.limit - found.length;
    found.push(...(await ask<PlacedChat>(pageSql(PLACED_CHAT, filter, text, { ...place, limit }))));
    end = begin;
  }
  return found;
}

/** Said of both tables, as the planner concludes nothing from one for the other. */
const textWithin =
  (from: Date, to: Date): TextCondition =>
  (q, bind) => {
    const [begin, end] = [from, to].map((time) => `CAST(${bind(sqlTime(time))} AS timestamp)`);
    const within = (table: string) => `${table}.timestamp >= ${begin} AND ${table}.timestamp < ${end}`;
    return `${within('chat_log')} AND EXISTS (SELECT FROM chat_texts
      WHERE chat_texts.id = chat_log.id AND chat_texts.timestamp = chat_log.timestamp
      AND ${within('chat_texts')} AND ${textIsLike(q, bind)})`;
  };
