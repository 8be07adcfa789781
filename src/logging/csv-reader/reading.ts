import { logIsRewritten, logTimeout } from '../log-failures.js';
import type { DuckDbEngine, EngineConnection } from './duckdb-engine.js';
import { LogFileChanged } from './log-files.js';
import type { LogIndex } from './log-index.js';
import { ReaderSlots } from './reader-slots.js';
import { RowReader } from './row-reader.js';

const ANSWERS_AT_ONCE = 4;
const ANSWERS_WAITING = 32;
const ANSWER_TIMEOUT_MS = 30_000;
const EXPORTS_AT_ONCE = 2;
const EXPORTS_WAITING = 4;
/** An export goes as slowly as its client takes it, but holds files open, so not for ever. */
const EXPORT_TIMEOUT_MS = 15 * 60_000;
const ATTEMPTS = 3;

type Work<T> = (connection: EngineConnection, reader: RowReader) => T;

/** What all questions have in common: their turn, their time, an index that is up to date, and files that are open. */
export class Reading {
  private readonly answers = new ReaderSlots(ANSWERS_AT_ONCE, ANSWERS_WAITING);
  private readonly exports = new ReaderSlots(EXPORTS_AT_ONCE, EXPORTS_WAITING);

  constructor(
    private readonly engine: DuckDbEngine,
    private readonly index: LogIndex,
  ) {}

  async answer<T>(client: AbortSignal | undefined, work: Work<Promise<T>>): Promise<T> {
    const limit = new TimeLimit(client, ANSWER_TIMEOUT_MS);
    const done = await this.answers.take(limit.signal).catch(limit.rethrow);
    try {
      return await whileFilesChange(() => this.once(limit.signal, work));
    } catch (error) {
      return limit.rethrow(error);
    } finally {
      done();
    }
  }

  async *stream<T>(client: AbortSignal | undefined, work: Work<AsyncIterable<T>>): AsyncGenerator<T> {
    const limit = new TimeLimit(client, EXPORT_TIMEOUT_MS);
    const done = await this.exports.take(limit.signal).catch(limit.rethrow);
    let reader: RowReader | undefined;
    let connection: EngineConnection | undefined;
    try {
      reader = await whileFilesChange(() => this.open(limit.signal));
      connection = await this.engine.connect(limit.signal);
      yield* work(connection, reader);
    } catch (error) {
      limit.rethrow(error);
    } finally {
      connection?.close();
      await reader?.close();
      done();
    }
  }

  private async once<T>(signal: AbortSignal, work: Work<Promise<T>>): Promise<T> {
    const reader = await this.open(signal);
    try {
      return await this.engine.use(signal, (connection) => work(connection, reader));
    } finally {
      await reader.close();
    }
  }

  /** The index with every row that was written until now, and the files that it speaks of. */
  private async open(signal: AbortSignal): Promise<RowReader> {
    await orAborted(this.index.refresh(), signal);
    return RowReader.open(this.index.files);
  }
}

/** A rotation or an erasure in the middle of an answer: the question is put again, to the files as they are now. */
async function whileFilesChange<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LogFileChanged) || left === 0) throw error;
    }
  }
}

/** The client's patience and ours in one signal. */
class TimeLimit {
  readonly signal: AbortSignal;
  private readonly ours: AbortSignal;

  constructor(client: AbortSignal | undefined, ms: number) {
    this.ours = AbortSignal.timeout(ms);
    this.signal = client ? AbortSignal.any([client, this.ours]) : this.ours;
  }

  /** Tells the client in our words if it was our time that ran out, or if the files would not hold still. */
  readonly rethrow = (error: unknown): never => {
    if (error instanceof LogFileChanged) throw logIsRewritten();
    if (this.ours.aborted && this.signal.reason === this.ours.reason) throw logTimeout();
    throw error;
  };
}

/** The work goes on for others; this caller no longer waits for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave);
    });
  });
}
