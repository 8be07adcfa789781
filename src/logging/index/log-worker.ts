import { parentPort, workerData } from 'node:worker_threads';
import { CsvLogQueries } from './csv-log-queries.js';
import { type FromThread, type ToThread, toThreadError } from './thread-messages.js';

/** The thread that reads the log: DuckDB, the index and the files' rows are its own, and it holds up nobody. */

const { path, indexPath } = workerData as { path: string; indexPath: string };
const warn = (warning: string) => {
  send({ warning });
};
const log = new CsvLogQueries({ path, indexPath, warn });

interface Running {
  abort: AbortController;
  pieces?: AsyncIterator<unknown, undefined>;
}

const running = new Map<number, Running>();
/** Work that may still be inside DuckDB, whose threads must not come back to one that is gone: that aborts the process. */
const answering = new Set<Promise<void>>();

function send(message: FromThread): void {
  const bytes = 'value' in message && message.value instanceof Uint8Array ? message.value : undefined;
  // A buffer that others share (small ones come from a pool) is copied, one of its own changes hands.
  const isOwn = bytes?.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  parentPort?.postMessage(message, isOwn ? [bytes.buffer] : []);
}

function answer(call: number, work: () => Promise<{ value: unknown; done: boolean }>): void {
  const answered = sendAnswer(call, work).finally(() => answering.delete(answered));
  answering.add(answered);
}

async function sendAnswer(
  call: number,
  work: () => Promise<{ value: unknown; done: boolean }>,
): Promise<void> {
  try {
    const { value, done } = await work();
    if (done) running.delete(call);
    send({ call, value, done });
  } catch (error) {
    running.delete(call);
    send({ call, error: toThreadError(error) });
  }
}

function begin({ call, method, args }: Extract<ToThread, { method: unknown }>): void {
  const abort = new AbortController();
  const ask = log[method].bind(log) as (...args: unknown[]) => unknown;
  if (method === 'rows' || method === 'export') {
    const pieces = (ask(...args, abort.signal) as AsyncIterable<unknown, undefined>)[Symbol.asyncIterator]();
    running.set(call, { abort, pieces });
    return;
  }
  running.set(call, { abort });
  answer(call, async () => ({ value: await ask(...args, abort.signal), done: true }));
}

function next(call: number): void {
  const pieces = running.get(call)?.pieces;
  if (pieces)
    answer(call, async () => {
      const { value, done = false } = await pieces.next();
      return { value, done };
    });
}

function cancel(call: number): void {
  const { abort, pieces } = running.get(call) ?? {};
  running.delete(call);
  abort?.abort(new Error('Nobody waits for this answer'));
  void pieces?.return?.().catch(() => undefined);
}

/** The thread ends by itself once nothing is left to do: process.exit() would not wait for what is inside DuckDB. */
async function close(): Promise<void> {
  for (const call of running.keys()) cancel(call);
  await Promise.allSettled(answering);
  await log.close();
  parentPort?.close();
}

parentPort?.on('message', (message: ToThread) => {
  if ('close' in message) void close();
  else if ('method' in message) begin(message);
  else if ('next' in message) next(message.call);
  else cancel(message.call);
});
