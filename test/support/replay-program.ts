import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { until } from './until.js';

/** dist/replay/replay.js as a process of its own, whose files lie in `folder`. */
export class ReplayProgram {
  output = '';
  errors = '';
  exitCode: number | undefined;
  exitSignal: string | undefined;
  private readonly child: ChildProcess;

  constructor(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [resolve('dist/replay/replay.js'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env },
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
    this.child.once('close', (code, signal) => {
      this.exitCode = code ?? -1;
      this.exitSignal = signal ?? undefined;
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Resolves with its exit code. */
  async ended(timeoutMs = 60_000): Promise<number> {
    await until('the replay ends', () => this.exitCode !== undefined, timeoutMs).catch((error: unknown) => {
      this.child.kill('SIGKILL');
      throw error;
    });
    return this.exitCode ?? -1;
  }
}
