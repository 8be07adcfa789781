import type { LogFilter } from '../log-filter.js';
import { type PagePlace, pageSql, textIsLike, type TextCondition } from '../sql/log-sql.js';
import { firstDay, monthOf } from './partitions.js';
import type { AskDatabase } from './questions.js';
import { PLACED_CHAT, type PlacedChat, textIsInTexts } from './read-records.js';

/** Rows whose texts are read one by one before the index of texts is asked: a word that many rows have is found there. */
const NEWEST = 5_000;

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
  return found.length === place.limit ? found : findByMonths(ask, filter, place);
}

/** The planner does not see that newer months may do, so they are asked before older ones: one, then two, then four … */
async function findByMonths(ask: AskDatabase, filter: LogFilter, place: PagePlace): Promise<PlacedChat[]> {
  const [span] = await ask<{ oldest: string | null; newest: string | null }>({
    text: `SELECT CAST(min(timestamp) AS varchar) AS oldest, CAST(max(timestamp) AS varchar) AS newest FROM chats`,
    values: [],
  });
  if (!span?.oldest || !span.newest) return [];
  const oldest = Math.max(monthOf(span.oldest), filter.from ? monthOf(filter.from.toISOString()) : 0);
  const found: PlacedChat[] = [];
  const latest = [place.after?.timestamp ?? span.newest, ...(filter.to ? [filter.to.toISOString()] : [])];
  let end = Math.min(...latest.map(monthOf)) + 1;
  for (let months = 1; end > oldest && found.length < place.limit; months *= 2) {
    const begin = Math.max(oldest, end - months);
    const limit = place.limit - found.length;
    const text = textWithin(firstDay(begin), firstDay(end));
    found.push(...(await ask<PlacedChat>(pageSql(PLACED_CHAT, filter, text, { ...place, limit }))));
    end = begin;
  }
  return found;
}

/** Said of both tables, as the planner concludes nothing from one for the other. */
const textWithin =
  (from: string, to: string): TextCondition =>
  (q, bind) => {
    const [begin, end] = [from, to].map((day) => `CAST(${bind(day)} AS timestamp)`);
    const within = (table: string) => `${table}.timestamp >= ${begin} AND ${table}.timestamp < ${end}`;
    return `${within('chat_log')} AND EXISTS (SELECT FROM chat_texts
      WHERE chat_texts.id = chat_log.id AND chat_texts.timestamp = chat_log.timestamp
      AND ${within('chat_texts')} AND ${textIsLike(q, bind)})`;
  };
