import { Problem } from '../../common/problem.js';
import { logIsRewritten } from '../log-failures.js';
import { TimeLimit } from '../time-limit.js';
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

/** What an answer is made of. */
export interface Source {
  engine: DuckDbEngine;
  connection: EngineConnection;
  /** Of all files of the log as they were when the question was put. */
  reader: RowReader;
}

type Work<T> = (source: Source) => T;

/** What all questions have in common: their turn, their time, an index that is up to date, and files that are open. */
export class Reading {
  private readonly answers = new ReaderSlots(ANSWERS_AT_ONCE, ANSWERS_WAITING);
  private readonly exports = new ReaderSlots(EXPORTS_AT_ONCE, EXPORTS_WAITING);

  constructor(private readonly index: LogIndex) {}

  async answer<T>(client: AbortSignal | undefined, work: Work<Promise<T>>): Promise<T> {
    const limit = new TimeLimit(client, ANSWER_TIMEOUT_MS);
    let done: (() => void) | undefined;
    try {
      done = await this.answers.take(limit.signal);
      return await this.again(limit.signal, async (source) => {
        try {
          return await work(source);
        } finally {
          await close(source);
        }
      });
    } catch (error) {
      throw asTold(error, limit.signal);
    } finally {
      done?.();
      limit.close();
    }
  }

  async *stream<T>(client: AbortSignal | undefined, work: Work<AsyncIterable<T>>): AsyncGenerator<T> {
    const limit = new TimeLimit(client, EXPORT_TIMEOUT_MS);
    let done: (() => void) | undefined;
    let source: Source | undefined;
    try {
      done = await this.exports.take(limit.signal);
      source = await this.again(limit.signal, (opened) => Promise.resolve(opened));
      yield* work(source);
    } catch (error) {
      throw asTold(error, limit.signal);
    } finally {
      if (source) await close(source);
      done?.();
      limit.close();
    }
  }

  /**
   * After a rotation or an erasure in the middle of an answer the question is put again, to the files as they are now;
   * after a failure of the index, to one that was made anew.
   */
  private async again<T>(signal: AbortSignal, work: Work<Promise<T>>): Promise<T> {
    for (let left = ATTEMPTS - 1; ; left--) {
      const { engine } = this.index;
      try {
        return await work(await this.open(engine, signal));
      } catch (error) {
        if (left === 0 || signal.aborted || error instanceof Problem) throw error;
        if (!(error instanceof LogFileChanged) && !(await this.index.startOver(engine, error))) throw error;
      }
    }
  }

  /** The index with every row that was written until now, and the files that it speaks of. */
  private async open(engine: DuckDbEngine, signal: AbortSignal): Promise<Source> {
    await orAborted(this.index.refresh(), signal);
    const reader = await RowReader.open(this.index.files);
    try {
      return { engine, connection: await engine.connect(signal), reader };
    } catch (error) {
      await reader.close();
      throw error;
    }
  }
}

async function close({ connection, reader }: Source): Promise<void> {
  connection.close();
  await reader.close();
}

/** The failure as the client gets it: the reason of an abort, or that the files kept changing, says more than what it caused. */
function asTold(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof LogFileChanged) return logIsRewritten();
  return signal.aborted ? signal.reason : error;
}

/** The work goes on for others; this caller no longer waits for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const leave = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  });
  return Promise.race([work, aborted]);
}
