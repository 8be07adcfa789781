import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const DRIVER = join(process.cwd(), 'test/support/log-driver.mjs');

export interface LogProcessOptions {
  path: string;
  durability?: 'write' | 'fsync';
  /** Where the log is kept instead; the path is then that of the spill's neighbour. */
  databaseUrl?: string;
  /** A command that runs the process, with its arguments: `strace …`, `prlimit …`. */
  through?: string[];
  /** Of the pool for files. With one, which is what `through` gets, strace's n-th call is the n-th call. */
  threads?: number;
}

export interface Ack {
  id: string;
  result: 'written' | 'spilled' | 'pending';
}

export interface DriverState {
  writable: boolean;
  reason?: string;
  pending: number;
  written: number;
  batches: number;
  refused: number;
  outages: number;
  /** How many were announced as durable. */
  told: { rows: number; amendments: number };
}

type DriverMessage = Partial<Ack> & { ready?: number; line?: string; done?: string; answer?: unknown };

/** A child process (log-driver.mjs) that keeps rows in a log, and what it said. */
export class LogProcess {
  readonly acks: Ack[] = [];
  /** Its process log: `error The chat log …`. */
  readonly lines: string[] = [];
  stderr = '';
  pid = 0;
  private readonly answers: { done: string; answer: unknown }[] = [];
  private readonly exited: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'close');
    createInterface({ input: child.stdout! }).on('line', (line) => {
      // A SIGKILL may cut the last line.
      if (line.endsWith('}')) this.hear(JSON.parse(line) as DriverMessage);
    });
    child.stderr!.on('data', (text: Buffer) => (this.stderr += text.toString()));
    child.stdin!.on('error', () => undefined);
  }

  /** Waits until it is ready, or has failed: then `exitCode` is set. */
  static async start({
    path,
    durability = 'write',
    databaseUrl = '',
    through = [],
    threads = through.length > 0 ? 1 : 4,
  }: LogProcessOptions): Promise<LogProcess> {
    const node = [process.execPath, DRIVER, path, durability];
    const [command, ...args] = [...through, ...node];
    const env = { ...process.env, UV_THREADPOOL_SIZE: String(threads), DATABASE_URL: databaseUrl };
    const log = new LogProcess(spawn(command!, args, { env }));
    await log.until(() => log.pid !== 0 || log.exitCode !== null);
    return log;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  get ids(): string[] {
    return this.acks.map(({ id }) => id);
  }

  async append(rows: number, size = 10): Promise<Ack[]> {
    const before = this.acks.length;
    await this.ask('append', { rows, size });
    return this.acks.slice(before);
  }

  load(producers: number, size: number): void {
    this.send('load', { producers, size });
  }

  state(): Promise<DriverState> {
    return this.ask('state') as Promise<DriverState>;
  }

  async ask(command: string, options: object = {}): Promise<unknown> {
    this.send(command, options);
    await this.until(() => this.answers.some(({ done }) => done === command));
    const index = this.answers.findIndex(({ done }) => done === command);
    return this.answers.splice(index, 1)[0]!.answer;
  }

  async untilWritable(): Promise<void> {
    while (!(await this.state()).writable) await sleep(20);
  }

  async until(happened: () => boolean, withinMs = 15_000): Promise<void> {
    const end = Date.now() + withinMs;
    while (!happened()) {
      if (Date.now() > end)
        throw new Error(`nothing happened; stderr: ${this.stderr}; log: ${this.lines.join('\n')}`);
      await sleep(5);
    }
  }

  /** Ends it as a service is ended. */
  stop(): Promise<unknown> {
    return this.end('SIGTERM');
  }

  kill(): Promise<unknown> {
    return this.end('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  private async end(signal: NodeJS.Signals): Promise<unknown> {
    // The process itself, not strace around it.
    if (this.exitCode === null && this.pid !== 0 && this.child.signalCode === null)
      process.kill(this.pid, signal);
    // strace waits for a call that it delays, even when the process is gone.
    if (signal === 'SIGKILL') this.child.kill(signal);
    return this.exited;
  }

  private send(command: string, options: object): void {
    this.child.stdin!.write(JSON.stringify({ command, ...options }) + '\n');
  }

  private hear({ id, result, ready, line, done, answer }: DriverMessage): void {
    if (id !== undefined && result !== undefined) this.acks.push({ id, result });
    if (line !== undefined) this.lines.push(line);
    if (done !== undefined) this.answers.push({ done, answer });
    if (ready !== undefined) this.pid = ready;
  }
}
