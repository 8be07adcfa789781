import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { CsvLogQueries } from './csv-log-queries.js';
import { type ThreadAnswer, type ThreadQuestion, toAnswer } from './thread-messages.js';

/** The thread that reads the log: DuckDB, the index and the files' rows are its own, and it holds up nobody. */

const { path, indexPath } = workerData as { path: string; indexPath: string };
const log = new CsvLogQueries({ path, indexPath, warn: (line) => parentPort?.postMessage(line) });

/** Work that may still be inside DuckDB, whose threads must not come back to one that is gone: that aborts the process. */
const answering = new Map<ThreadQuestion, Promise<void>>();

async function* piecesOf(
  { method, args }: ThreadQuestion,
  signal: AbortSignal,
): AsyncGenerator<unknown, undefined> {
  const ask = log[method].bind(log) as (...args: unknown[]) => Promise<unknown> | AsyncIterable<unknown>;
  const asked = ask(...args, signal);
  if (asked instanceof Promise) yield await asked;
  else yield* asked;
}

async function answer(question: ThreadQuestion): Promise<void> {
  const { port } = question;
  const abort = new AbortController();
  port.on('close', () => {
    abort.abort(new Error('Nobody waits for this answer'));
  });
  const nexts = on(port, 'message', { close: ['close'] });
  const pieces = piecesOf(question, abort.signal);
  try {
    let isDone: boolean;
    do {
      const { value, done = false } = await pieces.next();
      port.postMessage({ value, done } satisfies ThreadAnswer, ownBuffer(value));
      isDone = done || (await nexts.next()).done === true;
    } while (!isDone);
  } catch (error) {
    port.postMessage(toAnswer(error));
  } finally {
    await pieces.return(undefined).catch(() => undefined);
  }
}

/** A buffer that others share (small ones come from a pool) is copied, one of its own changes hands. */
function ownBuffer(value: unknown): ArrayBuffer[] {
  if (!(value instanceof Uint8Array) || !(value.buffer instanceof ArrayBuffer)) return [];
  return value.byteLength === value.buffer.byteLength ? [value.buffer] : [];
}

/** The thread ends by itself once nothing is left to do: process.exit() would not wait for what is inside DuckDB. */
async function close(): Promise<void> {
  for (const { port } of answering.keys()) port.close();
  await Promise.allSettled(answering.values());
  await log.close();
  parentPort?.close();
}

parentPort?.on('message', (message: ThreadQuestion | 'close') => {
  if (message === 'close') void close();
  else
    answering.set(
      message,
      answer(message).finally(() => answering.delete(message)),
    );
});
