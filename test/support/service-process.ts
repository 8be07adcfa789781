import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(__dirname, '../../dist/main.js');

/** `dist/main.js` as a child: what an operator runs. Needs a build, which `npm test` makes. */
export class ServiceProcess {
  private out = '';
  readonly exited: Promise<number | null>;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.exited = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Starts it with exactly these variables (and PATH). */
  static spawn(
    env: Record<string, string>,
    options: { cwd: string; nodeArguments?: string[] },
  ): ServiceProcess {
    return new ServiceProcess(
      spawn(process.execPath, [...(options.nodeArguments ?? []), MAIN], {
        cwd: options.cwd,
        env: { PATH: process.env.PATH ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** All that it has printed. */
  get output(): string {
    return this.out;
  }

  /** Its base URL, once it listens. Rejects with its output if it exits before. */
  async listening(): Promise<string> {
    for (;;) {
      const url = /Listening on (http:\/\/[^\s;]+)/.exec(this.out)?.[1];
      if (url) return url;
      const ended = await Promise.race([
        this.exited.then(() => true),
        once(this.child.stdout ?? this.child, 'data').then(() => false),
      ]);
      if (ended) throw new Error(`The service exited: ${this.out}`);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
