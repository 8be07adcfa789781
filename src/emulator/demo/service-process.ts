import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The service as a child process. */
export class ServiceProcess {
  private readonly child: ChildProcess;
  /** Resolves with a sentence when the process has ended, however that came. */
  readonly ended: Promise<string>;

  /** @param script path of the program */
  constructor(script: string, env: NodeJS.ProcessEnv) {
    // Its own process group: otherwise the terminal's Ctrl-C reaches it as well as our SIGTERM, and a second signal
    // means "at once".
    this.child = spawn(process.execPath, [script], { env, stdio: 'inherit', detached: true });
    this.ended = once(this.child, 'exit').then(
      ([code, signal]) => (signal ? `was ended by ${signal}` : `exited with code ${code ?? 0}`),
      (error: unknown) => `could not be started: ${String(error)}`,
    );
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
    const patience = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    const response = await fetch(url, { signal: patience }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await delay(100, undefined, { signal });
  }
  throw new Error(`no answer from ${url} after ${timeoutMs / 1000} s`);
}

/**
 * @param wanted the variable PORT: that port and no other; without it the usual one, or else any free one
 * @throws Error with a sentence that says what is wrong
 */
export async function choosePort(host: string, wanted = ''): Promise<number> {
  if (wanted === '') return tryPort(host, 8000).catch(() => tryPort(host, 0));
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('PORT must be a whole number from 0 to 65535.');
  return tryPort(host, port).catch((error: unknown) => {
    throw new Error(`Port ${port} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function tryPort(host: string, port: number): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const found = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  return found;
}
