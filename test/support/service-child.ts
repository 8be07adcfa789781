import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Emulator } from '../../src/emulator/emulator.js';
import { readRows, type CsvRow } from './read-rows.js';
import { CANARY_KEY } from './test-app.js';
import { until } from './until.js';

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Arguments for node, before the program. */
  readonly nodeArguments?: readonly string[];
  /** A shell line in which `$@` is the program and its arguments, e.g. `ulimit -n 256; exec "$@"`. */
  readonly shell?: string;
}

/** dist/main.js as a process of its own, with an emulator in this one. */
export class ServiceChild {
  output = '';
  errors = '';
  exitCode: number | undefined;
  exitSignal: string | undefined;
  url = '';

  private constructor(
    readonly child: ChildProcess,
    readonly emulator: Emulator,
    readonly folder: string,
  ) {
    child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
    child.once('exit', (code, signal) => {
      this.exitCode = code ?? -1;
      this.exitSignal = signal ?? undefined;
    });
  }

  /** Does not wait for anything. */
  static async spawn({ env = {}, nodeArguments = [], shell }: ChildOptions = {}): Promise<ServiceChild> {
    const emulator = await Emulator.start();
    const folder = await mkdtemp(join(tmpdir(), 'parley-child-'));
    const program = [process.execPath, ...nodeArguments, resolve('dist/main.js')];
    const [command = '', ...rest] = shell ? ['/bin/sh', '-c', shell, 'sh', ...program] : program;
    const child = spawn(command, rest, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        OPENROUTER_API_KEY: CANARY_KEY,
        OPENROUTER_BASE_URL: emulator.url,
        CHAT_LOG_PATH: join(folder, 'chat_logs.csv'),
        PORT: '0',
        CATALOGUE_REFRESH_MS: '0',
        ...env,
      },
    });
    return new ServiceChild(child, emulator, folder);
  }

  /** Waits until it listens. */
  static async start(options: ChildOptions = {}): Promise<ServiceChild> {
    const service = await ServiceChild.spawn(options);
    const settled = (): boolean => service.output.includes('Listening on') || service.hasExited;
    await until('the service listens', settled, 15_000).catch(() => undefined);
    service.url = /Listening on (http:\S+?);/.exec(service.output)?.[1] ?? '';
    if (service.url === '') {
      await service.dispose();
      throw new Error(`It did not start: ${service.errors}${service.output}`);
    }
    return service;
  }

  get hasExited(): boolean {
    return this.exitCode !== undefined;
  }

  get logPath(): string {
    return join(this.folder, 'chat_logs.csv');
  }

  /** The lines of its process log; throws if one is not JSON. */
  get lines(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  rows(): Promise<CsvRow[]> {
    return readRows(this.logPath);
  }

  chat(body: object = {}): Promise<Response> {
    return fetch(`${this.url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'llama', prompt: 'Say something.', ...body }),
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  exited(timeoutMs = 10_000): Promise<void> {
    return until('the service exits', () => this.hasExited, timeoutMs);
  }

  /** Whatever became of it, nothing is left behind. */
  async dispose(): Promise<void> {
    if (!this.hasExited) {
      this.child.kill('SIGCONT');
      this.child.kill('SIGKILL');
      await this.exited();
    }
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
