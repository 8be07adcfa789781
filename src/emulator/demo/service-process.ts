import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** The service as a child process. */
export class ServiceProcess {
  private readonly child: ChildProcess;
  /** Resolves with a sentence when the process has ended, however that came. */
  readonly ended: Promise<string>;

  /** @param script path of the program */
  constructor(script: string, env: Readonly<Record<string, string | undefined>>) {
    // Its own process group: otherwise the terminal's Ctrl-C reaches it as well as our SIGTERM, and a second signal
    // means "at once".
    this.child = spawn(process.execPath, [script], { env, stdio: 'inherit', detached: true });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => {
        resolve(`could not be started: ${error.message}`);
      });
      this.child.once('exit', (code, signal) => {
        resolve(signal ? `was ended by ${signal}` : `exited with code ${code ?? 0}`);
      });
    });
  }

  /** Asks it to stop, and kills it if it has not after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.kill();
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/**
 * Resolves when `GET url` answers 200.
 * @throws Error after `timeoutMs`, or the signal's reason when it aborts
 */
export async function waitUntilHealthy(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await answersOk(url, signal)) return;
    await delay(100, undefined, { signal });
  }
  throw new Error(`no answer from ${url} after ${timeoutMs / 1000} s`);
}

async function answersOk(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
