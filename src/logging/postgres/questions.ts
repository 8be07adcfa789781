import type { Pool, PoolClient } from 'pg';
import { ReaderSlots } from '../index/reader-slots.js';
import { logTimeout, logUnreachable } from '../log-failures.js';
import type { SqlValue } from '../sql/log-sql.js';
import { TimeLimit } from '../time-limit.js';
import { isTimeout, isUnreachable } from './database-errors.js';
import { openPool } from './pool.js';

const EXPORTS_AT_ONCE = 2;
const EXPORTS_WAITING = 4;
const ANSWERS_WAITING = 32;
/** An export goes as slowly as its client takes it, but keeps old rows from being cleaned up, so not for ever. */
const EXPORT_TIMEOUT_MS = 15 * 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

interface Question {
  text: string;
  values: readonly (SqlValue | readonly string[])[];
}

/** Puts one statement to the database. */
export type AskDatabase = <Line extends object>(question: Question) => Promise<Line[]>;

interface Terms {
  slots: ReaderSlots;
  client: AbortSignal | undefined;
  timeoutMs: number;
}

/** What all questions have in common: their turn, their time, one state of the log, and a connection to themselves. */
export class Questions {
  private readonly pool: Pool;
  private readonly answers: ReaderSlots;
  private readonly exports = new ReaderSlots(EXPORTS_AT_ONCE, EXPORTS_WAITING);

  /**
   * @param connections most of them, three or more
   * @param timeoutMs for one statement, and for an answer in all
   */
  constructor(
    url: string,
    connections: number,
    private readonly timeoutMs: number,
  ) {
    this.answers = new ReaderSlots(connections - EXPORTS_AT_ONCE, ANSWERS_WAITING);
    // One more, to cancel what nobody waits for any longer.
    const size = connections + 1;
    this.pool = openPool({ url, size, connectTimeoutMs: CONNECT_TIMEOUT_MS, statementTimeoutMs: timeoutMs });
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  async answer<T>(client: AbortSignal | undefined, work: (ask: AskDatabase) => Promise<T>): Promise<T> {
    const { answers: slots, timeoutMs } = this;
    const answers = this.inTurn({ slots, client, timeoutMs }, async function* (ask) {
      yield await work(ask);
    });
    const { value } = await answers.next();
    await answers.return(undefined);
    return value as T;
  }

  stream<T>(
    client: AbortSignal | undefined,
    work: (ask: AskDatabase) => AsyncIterable<T>,
  ): AsyncGenerator<T, undefined> {
    return this.inTurn({ slots: this.exports, client, timeoutMs: EXPORT_TIMEOUT_MS }, work);
  }

  private async *inTurn<T>(
    { slots, client, timeoutMs }: Terms,
    work: (ask: AskDatabase) => AsyncIterable<T>,
  ): AsyncGenerator<T, undefined> {
    const limit = new TimeLimit(client, timeoutMs);
    const { signal } = limit;
    let done: (() => void) | undefined;
    let session: Session | undefined;
    try {
      done = await slots.take(signal);
      session = await Session.begin(this.pool, signal);
      yield* work(session.ask);
    } catch (error) {
      await session?.end(true);
      signal.throwIfAborted();
      if (isTimeout(error)) throw logTimeout();
      throw isUnreachable(error) ? logUnreachable() : error;
    } finally {
      await session?.end(false);
      done?.();
      limit.close();
    }
  }
}

/** A connection in a transaction that reads. What it is asked is cancelled when the signal is aborted. */
class Session {
  private cancelling: Promise<unknown> | undefined;
  private hasEnded = false;

  private constructor(
    private readonly pool: Pool,
    private readonly connection: PoolClient & { processID?: number },
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.cancel, { once: true });
  }

  static async begin(pool: Pool, signal: AbortSignal): Promise<Session> {
    const session = new Session(pool, await pool.connect(), signal);
    try {
      await session.ask({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', values: [] });
      return session;
    } catch (error) {
      await session.end(true);
      throw error;
    }
  }

  readonly ask: AskDatabase = async <Line extends object>({ text, values }: Question) => {
    this.signal.throwIfAborted();
    return (await this.connection.query<Line>(text, [...values])).rows;
  };

  /** Once; again does nothing. */
  async end(hasFailed: boolean): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.signal.removeEventListener('abort', this.cancel);
    await this.cancelling;
    // A cancellation may come late: it must not meet the next question.
    const isLost = hasFailed || this.cancelling !== undefined;
    const ended = isLost || (await this.connection.query('ROLLBACK').catch(() => undefined));
    this.connection.release(isLost || !ended);
  }

  private readonly cancel = (): void => {
    const { processID } = this.connection;
    this.cancelling = this.pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined);
  };
}
