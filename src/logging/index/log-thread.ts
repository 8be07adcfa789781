import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { readerFailed } from '../log-failures.js';
import { type ThreadAnswer, pieceOf, type ThreadQuestion } from './thread-messages.js';

/** More than an answer needs; an answer that takes more ends the thread, not the service. */
const HEAP_MAX_MIB = 512;
/** The service's flags are for chats: the young objects of a question need no more, and what V8 once took it keeps. */
const YOUNG_MAX_MIB = 16;
const CLOSE_TIMEOUT_MS = 2_000;

/** Beside this file. Under Jest that is TypeScript, which a thread cannot run: it takes what was built. */
const WORKER_FILE = fileURLToPath(import.meta.url)
  .replace(/log-thread\.(ts|js)$/, 'log-worker.js')
  .replace(/\bsrc(?=\/logging\/index\/)/, 'dist');

/** The thread that reads the log, started at the first question and again after a failure. */
export class LogThread {
  private worker: Worker | undefined;

  /** @param warn is given what the operator should know */
  constructor(
    private readonly files: { path: string; indexPath: string },
    private readonly warn: (line: string) => void,
  ) {}

  async call<T>(method: ThreadQuestion['method'], args: unknown[], signal?: AbortSignal): Promise<T> {
    const pieces = this.pieces<T>(method, args, signal);
    try {
      const piece = await pieces.next();
      return piece.value as T;
    } finally {
      await pieces.return(undefined);
    }
  }

  async *pieces<T>(
    method: ThreadQuestion['method'],
    args: unknown[],
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    const { port1: port, port2: theirs } = new MessageChannel();
    try {
      const answers = on(port, 'message', { signal, close: ['close'] }) as AsyncIterable<[ThreadAnswer]>;
      this.worker ??= this.start();
      this.worker.postMessage({ method, args, port: theirs } satisfies ThreadQuestion, [theirs]);
      for await (const [answer] of answers) {
        const { value, done } = pieceOf(answer);
        if (done) return;
        yield value as T;
        port.postMessage('next');
      }
      throw readerFailed();
    } catch (error) {
      // Why it was given up says more than that it was.
      signal?.throwIfAborted();
      throw error;
    } finally {
      port.close();
    }
  }

  async close(): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const ended = once(worker, 'exit');
    worker.postMessage('close');
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  private start(): Worker {
    // DuckDB's allocator (jemalloc, asked by this name as its library is loaded) would keep what an answer took, up to
    // 100 MB, for ten seconds: threads that come and go of a steady load never give it back.
    process.env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:0,muzzy_decay_ms:0';
    const worker = new Worker(WORKER_FILE, {
      workerData: this.files,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MIB, maxYoungGenerationSizeMb: YOUNG_MAX_MIB },
    });
    worker.on('message', this.warn);
    worker.on('error', (error) => {
      this.warn(`The reader of the log has stopped: ${error.message}`);
    });
    worker.on('exit', () => {
      this.worker = undefined;
    });
    return worker;
  }
}
