import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearTimeout, setTimeout } from 'node:timers';

const REPORTER = new URL('./usage-reporter.mjs', import.meta.url).href;
const START_TIMEOUT_MS = 20_000;
/** LiteLLM imports for ten seconds on a quiet machine. */
const FOREIGN_START_TIMEOUT_MS = 120_000;
/** In which /proc counts CPU time. */
const TICK_US = 10_000;
const STOP_TIMEOUT_MS = 10_000;

/** One Node process under measurement; what it prints goes to a file beside its log. */
export class ServerProcess {
  /** `args`: Node's flags, the script and its arguments. `reporting: false`: as it is, without the reporter. */
  static start(args, { env = {}, cwd, output, node = process.execPath, reporting = true }) {
    const out = openSync(output, 'a');
    const child = spawn(node, [...(reporting ? ['--import', REPORTER] : []), ...args], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', out, out, ...(reporting ? ['ipc'] : [])],
    });
    return new ServerProcess(child, output);
  }

  constructor(child, output) {
    this.child = child;
    this.output = output;
    this.startedAt = performance.now();
  }

  /** CPU time of the whole process so far, all its threads, and its resident memory. */
  async usage() {
    this.child.send('usage');
    for (;;) {
      const [message] = await once(this.child, 'message');
      if ('cpuUs' in message) return message;
    }
  }

  /** Resident memory, as the kernel tells it, of a process that does not report. */
  rssBytes() {
    const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
    return Number(kb) * 1024;
  }

  /** The port that a server of ours says it got. */
  async listening() {
    const [{ listening }] = await this.#orExit(once(this.child, 'message'));
    return listening;
  }

  /** Milliseconds from the start of the process to the first 200. */
  async firstOk(url, timeoutMs = START_TIMEOUT_MS) {
    const asked = async () => {
      while (performance.now() - this.startedAt < timeoutMs) {
        if ((await statusOf(url)) === 200) return performance.now() - this.startedAt;
        await sleep(4);
      }
      throw new Error(`${url} did not answer in time`);
    };
    return this.#orExit(asked());
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }

  #orExit(promise) {
    const exited = once(this.child, 'exit').then(([code]) => {
      throw new Error(`The process ended with ${code}: ${readFileSync(this.output, 'utf8').slice(-2000)}`);
    });
    exited.catch(() => undefined);
    return Promise.race([promise, exited]);
  }
}

/** A program that is not Node's, measured from outside: Linux tells its CPU, all threads, in ticks of 10 ms. */
export class ForeignProcess extends ServerProcess {
  static run(command, args, { env = {}, cwd, output }) {
    const out = openSync(output, 'a');
    const child = spawn(command, args, {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', out, out],
    });
    return new ForeignProcess(child, output);
  }

  async usage() {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    // After the name, which may have spaces in it: the 14th and 15th fields of all are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { cpuUs: (Number(fields[11]) + Number(fields[12])) * TICK_US, rssBytes: this.rssBytes() };
  }

  firstOk(url) {
    return super.firstOk(url, FOREIGN_START_TIMEOUT_MS);
  }
}

function statusOf(url) {
  return new Promise((resolve) => {
    request(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', () => resolve(0))
      .end();
  });
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
