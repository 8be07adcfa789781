import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from '../support/until.js';

describe('npm run demo', () => {
  let folder = '';
  let demo: ChildProcess;
  let output = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-demo-'));
    output = '';
  });
  afterEach(() => {
    if (running()) demo.kill('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const start = (env: Record<string, string>) => {
    demo = spawn(process.execPath, [resolve('dist/emulator/demo.js')], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
    });
    for (const stream of [demo.stdout, demo.stderr])
      stream?.on('data', (data: Buffer) => (output += data.toString()));
  };
  const running = () => demo.exitCode === null && demo.signalCode === null;
  const ended = () => until('the demo ends', () => !running(), 15_000);
  const ready = async () => {
    await until('the demo is ready', () => output.includes('Ctrl-C') || !running(), 15_000);
    return /Parley runs at (http:\S+),/.exec(output)?.[1] ?? output;
  };
  const freePort = async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return { server, port };
  };

  it('serves on PORT what is configured, and ends with everything it started at a SIGTERM', async () => {
    const { server, port } = await freePort();
    await new Promise((done) => server.close(done));
    start({ PORT: String(port), LLAMA_UPSTREAM: 'some/other-model' });
    const base = await ready();
    expect(base).toBe(`http://127.0.0.1:${port}`);
    expect(output.match(/curl -s/g)).toHaveLength(3);
    expect(output).toContain(`${base}/         the page`);
    const service = Number(execFileSync('pgrep', ['-P', String(demo.pid)], { encoding: 'utf8' }));
    const reply = await fetch(`${base}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'llama', prompt: 'Hi' }),
    });
    expect(await reply.json()).toMatchObject({
      response: expect.stringContaining('answers as some/other-model'),
    });
    const other = await fetch(`${base}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'failover', prompt: 'Hi' }),
    });
    expect(await other.json()).toMatchObject({ upstream_model: 'spare-model@spare' });
    demo.kill('SIGTERM');
    await ended();
    expect(demo.exitCode).toBe(0);
    expect(() => process.kill(service, 0)).toThrow('ESRCH');
    await expect(fetch(base)).rejects.toThrow();
  });

  it('ends when the service does', async () => {
    start({ PORT: '0' });
    await ready();
    const service = Number(execFileSync('pgrep', ['-P', String(demo.pid)], { encoding: 'utf8' }));
    process.kill(service, 'SIGKILL');
    await ended();
    expect(demo.exitCode).toBe(1);
    expect(output).toContain('was ended by SIGKILL');
  });

  it('says that PORT is taken, and starts nothing', async () => {
    const { server, port } = await freePort();
    start({ PORT: String(port) });
    await ended();
    await new Promise((done) => server.close(done));
    expect(demo.exitCode).toBe(1);
    expect(output).toContain(`Port ${port} cannot be used`);
  });
});
