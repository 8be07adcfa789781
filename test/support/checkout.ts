import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './until.js';

/** What a build needs. */
const FILES = ['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'src'];

/** The project as somebody has it who cloned it: not built, in a folder of its own. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-checkout-'));
  private readonly children: ChildProcess[] = [];

  constructor() {
    for (const file of FILES) cpSync(resolve(file), join(this.folder, file), { recursive: true });
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Runs npm to its end. */
  npm(...args: string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: this.folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  /** Starts npm and does not wait. */
  start(args: readonly string[], env: Readonly<Record<string, string>>): NpmProcess {
    const child = spawn('npm', args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    return new NpmProcess(child);
  }

  remove(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** npm, with the program that it runs below it. */
export class NpmProcess {
  output = '';
  hasExited = false;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    child.once('exit', () => (this.hasExited = true));
  }

  /** The first match of `pattern` in what it prints. */
  async says(pattern: RegExp, timeoutMs: number): Promise<string> {
    await until(`npm says ${pattern.source}`, () => pattern.test(this.output) || this.hasExited, timeoutMs);
    const [found] = pattern.exec(this.output) ?? [];
    if (found === undefined) throw new Error(`It ended: ${this.output}`);
    return found;
  }

  /** Signals npm itself, not its group, and waits for it. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await until('npm has ended', () => this.hasExited, 15_000);
  }
}
