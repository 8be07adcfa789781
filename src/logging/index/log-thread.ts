import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { readerFailed } from '../log-failures.js';
import { type FromThread, fromThreadError, type ThreadMethod, type ToThread } from './thread-messages.js';

/** More than an answer needs; an answer that takes more ends the thread, not the service. */
const HEAP_MAX_MIB = 512;
const CLOSE_TIMEOUT_MS = 2_000;

interface Piece {
  value: unknown;
  done: boolean;
}

interface Waiting {
  resolve: (piece: Piece) => void;
  reject: (error: Error) => void;
}

/** The thread that reads the log, started at the first question and again after a failure. */
export class LogThread {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastCall = 0;

  /** @param warn is given what the operator should know */
  constructor(
    private readonly files: { path: string; indexPath: string },
    private readonly warn: (line: string) => void,
  ) {}

  async call<T>(method: ThreadMethod, args: unknown[], signal?: AbortSignal): Promise<T> {
    const call = ++this.lastCall;
    const { value } = await this.ask({ call, method, args }, signal);
    return value as T;
  }

  async *pieces<T>(method: ThreadMethod, args: unknown[], signal?: AbortSignal): AsyncGenerator<T> {
    const call = ++this.lastCall;
    const worker = this.running();
    worker.postMessage({ call, method, args } satisfies ToThread);
    try {
      for (;;) {
        if (worker !== this.worker) throw readerFailed();
        const { value, done } = await this.ask({ call, next: true }, signal);
        if (done) return;
        yield value as T;
      }
    } finally {
      if (worker === this.worker) worker.postMessage({ call, cancel: true } satisfies ToThread);
    }
  }

  async close(): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const ended = once(worker, 'exit');
    worker.postMessage({ close: true } satisfies ToThread);
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  private ask(message: Exclude<ToThread, { close: true }>, signal?: AbortSignal): Promise<Piece> {
    const { call } = message;
    const worker = this.running();
    return new Promise<Piece>((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = () => {
        this.waiting.delete(call);
        worker.postMessage({ call, cancel: true } satisfies ToThread);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', leave, { once: true });
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          signal?.removeEventListener('abort', leave);
          settle(value);
        };
      this.waiting.set(call, { resolve: settled(resolve), reject: settled(reject) });
      worker.postMessage(message);
    });
  }

  private running(): Worker {
    this.worker ??= this.start();
    return this.worker;
  }

  private start(): Worker {
    const worker = new Worker(WORKER_FILE, {
      workerData: this.files,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MIB },
    });
    worker.on('message', (message: FromThread) => {
      this.receive(message);
    });
    worker.on('error', (error) => {
      this.warn(`The reader of the log has stopped: ${error.message}`);
    });
    worker.on('exit', () => {
      this.worker = undefined;
      for (const { reject } of this.waiting.values()) reject(readerFailed());
      this.waiting.clear();
    });
    return worker;
  }

  private receive(message: FromThread): void {
    if ('warning' in message) {
      this.warn(message.warning);
      return;
    }
    const waiting = this.waiting.get(message.call);
    this.waiting.delete(message.call);
    if ('error' in message) waiting?.reject(fromThreadError(message.error));
    else waiting?.resolve(message);
  }
}

/** Beside this file. Under Jest that is TypeScript, which a thread cannot run: it takes what was built. */
const WORKER_FILE = fileURLToPath(import.meta.url)
  .replace(/log-thread\.(ts|js)$/, 'log-worker.js')
  .replace(/\bsrc(?=\/logging\/index\/)/, 'dist');
