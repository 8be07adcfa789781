import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import type { LogStats } from '../dto/log-stats.dto.js';
import type { LogFilter } from '../log-filter.js';
import { type LogPage, type LogPageRequest, LogQueries, type Unbilled } from '../log-queries.js';
import type { StatsOptions } from '../log-stats.js';
import type { Selection } from '../selection.js';
import { byIdSql, rowsSql, sqlTime, type StatsPlace } from '../sql/log-sql.js';
import { StatsQuery } from '../sql/stats-query.js';
import { eraseChats } from './erase-chats.js';
import { findChats } from './find-chats.js';
import { type AskDatabase, Questions } from './questions.js';
import { PLACED_CHAT, type PlacedChat, readRecords, textIsInTexts } from './read-records.js';

/** A page of very large rows ends early: it is held in memory. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Rows of an export that are held at once, unless one alone is larger. */
const BATCH_BYTES = 256 * 1024;
const FETCHED = 500;

const UNBILLED = `SELECT id, generation FROM amended
  WHERE generation IS NOT NULL AND cost IS NULL AND first_at >= CAST($1 AS timestamp) ORDER BY first_at LIMIT $2`;

/** The whole view would look at the amendments of all times. */
const rowsOfTime: StatsPlace = ({ from, to }, bind) =>
  from || to
    ? `chat_log_between(${bind(from ? sqlTime(from) : '-infinity')}, ${bind(to ? sqlTime(to) : 'infinity')})`
    : 'chat_log';

/** The log in PostgreSQL. A row that is still in the spill of its service is not there yet. */
export class PostgresLogQueries extends LogQueries implements OnApplicationShutdown {
  private readonly logger = new Logger('Log');
  private readonly questions: Questions;

  constructor(
    private readonly settings: Pick<
      Settings,
      'DATABASE_URL' | 'DATABASE_POOL_SIZE' | 'DATABASE_QUERY_TIMEOUT_MS'
    >,
  ) {
    super();
    const { DATABASE_URL, DATABASE_POOL_SIZE, DATABASE_QUERY_TIMEOUT_MS } = settings;
    this.questions = new Questions(DATABASE_URL, DATABASE_POOL_SIZE, DATABASE_QUERY_TIMEOUT_MS);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  close(): Promise<void> {
    return this.questions.close();
  }

  page(filter: LogFilter, { limit, after }: LogPageRequest, signal?: AbortSignal): Promise<LogPage> {
    return this.questions.answer(signal, async (ask) => {
      const found = await findChats(ask, filter, { limit: limit + 1, after });
      const chats = fitting(found.slice(0, limit), PAGE_BYTES);
      const last = chats.length < found.length ? chats.at(-1) : undefined;
      const next = last ? { timestamp: last.timestamp, id: last.id, tie: [] } : null;
      return { rows: await readRecords(ask, chats), next };
    });
  }

  get(id: string, signal?: AbortSignal): Promise<LogRecord | undefined> {
    return this.questions.answer(signal, async (ask) => {
      const [record] = await readRecords(ask, await ask<PlacedChat>(byIdSql(PLACED_CHAT, id)));
      return record;
    });
  }

  stats(filter: LogFilter, options: StatsOptions = {}, signal?: AbortSignal): Promise<LogStats> {
    return this.questions.answer(signal, async (ask) => {
      const figures = await new StatsQuery(ask, filter, textIsInTexts, rowsOfTime).figures(options);
      return { ...figures, unreadable_rows: 0 };
    });
  }

  rows(filter: LogFilter, signal?: AbortSignal): AsyncGenerator<LogRecord[]> {
    return this.questions.stream(signal, (ask) => batchesOf(ask, filter));
  }

  unbilled(since: Date, most: number, signal?: AbortSignal): Promise<Unbilled[]> {
    const values = [sqlTime(since), most];
    return this.questions.answer(signal, (ask) => ask<Unbilled>({ text: UNBILLED, values }));
  }

  erase(selection: Selection): Promise<boolean> {
    return eraseChats(this.settings.DATABASE_URL, selection, {
      say: (line) => {
        this.logger.log(line);
      },
    });
  }
}

async function* batchesOf(ask: AskDatabase, filter: LogFilter): AsyncGenerator<LogRecord[]> {
  const { text, values } = rowsSql(PLACED_CHAT, filter, textIsInTexts, 'chat_log.timestamp, chat_log.id');
  await ask({ text: `DECLARE chats_in_order NO SCROLL CURSOR FOR ${text}`, values });
  for (;;) {
    let left = await ask<PlacedChat>({ text: `FETCH ${FETCHED} FROM chats_in_order`, values: [] });
    if (left.length === 0) return;
    while (left.length > 0) {
      const batch = fitting(left, BATCH_BYTES);
      yield await readRecords(ask, batch);
      left = left.slice(batch.length);
    }
  }
}

/** As many of the first as fit, but at least one. */
function fitting(chats: readonly PlacedChat[], maxBytes: number): PlacedChat[] {
  let size = 0;
  const end = chats.findIndex(({ bytes }, index) => (size += bytes) > maxBytes && index > 0);
  return end === -1 ? [...chats] : chats.slice(0, end);
}
