import { expectSoundLog } from '../support/invariants.js';
import { RawClient } from '../support/raw-client.js';
import { ServiceChild, type ChildOptions } from '../support/service-child.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

/** Does something inside of the service when it gets SIGUSR2. */
const onUsr2 = (code: string): string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${code} })`)}`,
];

describe('A process that is treated badly', () => {
  const children: ServiceChild[] = [];
  const start = async (options?: ChildOptions): Promise<ServiceChild> => {
    const service = await ServiceChild.start(options);
    children.push(service);
    return service;
  };

  afterEach(async () => {
    for (const service of children.splice(0)) await service.dispose();
  });

  it('P8 an unhandled promise rejection is logged, and the service goes on', async () => {
    const service = await start({ nodeArguments: onUsr2("Promise.reject(new Error('unforeseen'))") });
    service.signal('SIGUSR2');
    await until('it is logged', () => service.output.includes('Unhandled promise rejection'));
    expect((await service.chat()).status).toBe(200);
  });

  it('P8 an uncaught exception: what runs finishes, then exit 1', async () => {
    const service = await start({ nodeArguments: onUsr2("throw new Error('unforeseen')") });
    service.emulator.configure({ firstTokenMs: 400 });
    const running = service.chat();
    await until('the chat is under way', () => service.emulator.stats().total.open === 1);
    service.signal('SIGUSR2');
    expect((await running).status).toBe(200);
    await service.exited();
    expect(service.exitCode).toBe(1);
    expect(
      service.lines.some(({ level, msg }) => level === 60 && String(msg).includes('Uncaught exception')),
    ).toBe(true);
    expect(await expectSoundLog(service.logPath)).toHaveLength(1);
  });

  it('P6 a stopped process does not take what arrived meanwhile for silence', async () => {
    const service = await start({ env: { FIRST_TOKEN_TIMEOUT_MS: '600', RETRY_MAX_ATTEMPTS: '1' } });
    await service.chat();
    service.emulator.configure({ firstTokenMs: 300 });
    const running = Array.from({ length: 5 }, () => service.chat());
    await until('the chats are under way', () => service.emulator.stats().total.open === 5);
    service.signal('SIGSTOP');
    await until('the answers have been sent', () => service.emulator.stats().total.open === 0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    service.signal('SIGCONT');
    for (const response of await Promise.all(running)) expect(response.status).toBe(200);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  it('P10 goes on when nobody reads its log any more', async () => {
    const service = await start();
    service.child.stdout?.destroy();
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    for (let i = 0; i < 5; i++) expect((await service.chat()).status).toBe(502);
    expect(await expectSoundLog(service.logPath)).toHaveLength(5);
    service.signal('SIGTERM');
    await service.exited();
    expect(service.exitCode).toBe(0);
  });

  it('P10 goes on when the reader of its log has stopped reading', async () => {
    const service = await start();
    service.child.stdout?.pause();
    service.emulator.always(LLAMA, { kind: 'status', status: 401 });
    // More lines than a pipe and the buffers of this process hold.
    for (let i = 0; i < 15; i++) await Promise.all(Array.from({ length: 40 }, () => service.chat()));
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    service.child.stdout?.resume();
    service.signal('SIGTERM');
    await service.exited();
    expect(service.exitCode).toBe(0);
  });

  // No time is promised: collecting garbage in so small a heap takes its share of a busy machine.
  it('P11 with 64 MB of heap, 200 prompts of 1 MB at once are answered or refused', async () => {
    const service = await start({
      nodeArguments: ['--max-old-space-size=64'],
      env: { MISTRAL_UPSTREAM: 'mistralai/ministral-8b-2512' },
    });
    service.emulator.answer('*', { pieces: ['Long.'] });
    service.emulator.configure({ firstTokenMs: 50 });
    const prompt = 'x'.repeat(1_000_000);
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await service.chat({ model: 'mistral', prompt });
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(new Set([...statuses, 200, 503])).toEqual(new Set([200, 503]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(service.hasExited).toBe(false);
    const rows = await expectSoundLog(service.logPath);
    expect(rows).toHaveLength(statuses.filter((status) => status === 200).length);
  }, 60_000);

  it('C18 with few file descriptors, too many connections do not stop it', async () => {
    const service = await start({ shell: 'ulimit -n 512; exec "$@"' });
    const crowd = Array.from({ length: 300 }, () => new RawClient(service.url));
    await until('some are turned away', () => crowd.some(({ ending }) => ending !== 'open'));
    for (const { socket } of crowd) socket.destroy();
    await until(
      'there is room again',
      async () => (await service.chat().catch(() => undefined))?.status === 200,
    );
    expect(service.hasExited).toBe(false);
  });

  it('A20 nothing that is said can forge a line of its log', async () => {
    const service = await start();
    const forged = '"}\r\n{"level":60,"msg":"forged"}\n\u001b[2J\u2028';
    service.emulator.always(LLAMA, { kind: 'status', status: 500, message: forged });
    await service.chat({ prompt: forged });
    await until('the failure is logged', () => service.output.includes('A chat failed'));
    expect(service.lines.map(({ msg }) => msg)).not.toContain('forged');
    expect(service.output).not.toContain('\u001b');
  });
});
