import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { expectSoundLog } from '../support/invariants.js';
import { ServiceChild, type ChildOptions } from '../support/service-child.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

/** On SIGUSR2 one thread for files begins to read a pipe that nobody writes to, and never comes back. */
const HANGING_DISK = [
  '--import',
  `data:text/javascript,${encodeURIComponent(
    `import { open } from 'node:fs';
    import { execFileSync } from 'node:child_process';
    process.on('SIGUSR2', () => {
      execFileSync('mkfifo', ['nobody-writes']);
      open('nobody-writes', 'r', () => undefined);
      console.log('{"msg":"one thread hangs"}');
    });`,
  )}`,
];

/** Where the output is not ours to read, the port has to be known beforehand. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('Told to stop while something hangs', () => {
  const children: ServiceChild[] = [];

  afterEach(async () => {
    for (const service of children.splice(0)) await service.dispose();
  });

  const start = async (options: ChildOptions): Promise<ServiceChild> => {
    const service = await ServiceChild.start(options);
    children.push(service);
    return service;
  };

  /** Standard output goes where the shell line says. */
  const startUnread = async (shell: string): Promise<ServiceChild> => {
    const port = await freePort();
    const service = await ServiceChild.spawn({ shell, env: { PORT: String(port) } });
    children.push(service);
    service.url = `http://127.0.0.1:${port}`;
    const isUp = (): Promise<boolean> =>
      fetch(`${service.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('the service answers', isUp, 15_000);
    return service;
  };

  /** More lines than a pipe and the buffers of the process hold. */
  const complain = async (service: ServiceChild): Promise<void> => {
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    for (let i = 0; i < 15; i++) await Promise.all(Array.from({ length: 40 }, () => service.chat()));
  };

  const expectCleanEnd = async (service: ServiceChild): Promise<void> => {
    service.signal('SIGTERM');
    await service.exited();
    expect([service.exitCode, service.errors]).toEqual([0, '']);
    await expectSoundLog(service.logPath);
  };

  it('H7: a socket whose reader has stopped', async () => {
    const service = await start({});
    service.child.stdout?.pause();
    await complain(service);
    await expectCleanEnd(service);
  });

  it('H7: a pipe whose reader has stopped', async () => {
    const service = await startUnread(
      'mkfifo out; sleep 60 <out >&2 & echo $! >reader; exec "$@" >out 2>/dev/null',
    );
    try {
      await complain(service);
      await expectCleanEnd(service);
    } finally {
      spawnSync('sh', ['-c', 'kill $(cat reader)'], { cwd: service.folder });
    }
  });

  it('H7: /dev/full', async () => {
    const service = await startUnread('exec "$@" >/dev/full');
    await complain(service);
    await expectCleanEnd(service);
  });

  it('H7: a file that may not grow', async () => {
    // Room for all rows of the log, but not for all lines.
    const service = await startUnread('ulimit -f 400; exec "$@" >out');
    await complain(service);
    await expectCleanEnd(service);
  });

  it('H7: a disk that does not answer: it ends at the deadline, and not as if all were well', async () => {
    const service = await start({
      nodeArguments: HANGING_DISK,
      env: { SHUTDOWN_TIMEOUT_MS: '100', UV_THREADPOOL_SIZE: '1' },
    });
    service.signal('SIGUSR2');
    await until('its one thread for files hangs', () => service.output.includes('hangs'));
    const cut = service.chat().catch(() => undefined);
    await until('the model has answered', () => service.emulator.stats().total.requests === 1);
    service.signal('SIGTERM');
    await service.exited(15_000);
    expect([service.exitSignal, service.lines.at(-1)?.level]).toEqual(['SIGKILL', 50]);
    await cut;
  });

  it('H7: one system call that hangs, with all rows written: it ends as told', async () => {
    const service = await start({ nodeArguments: HANGING_DISK });
    service.signal('SIGUSR2');
    await until('one of its threads hangs', () => service.output.includes('hangs'));
    expect((await service.chat()).status).toBe(200);
    service.signal('SIGTERM');
    await service.exited();
    expect([service.exitSignal, service.lines.at(-1)?.msg]).toEqual(['SIGTERM', 'Stopped']);
    expect(await expectSoundLog(service.logPath)).toHaveLength(1);
  });
});
