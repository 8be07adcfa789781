import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expectSoundLog } from '../support/invariants.js';
import { CHAT, RawClient, sized } from '../support/raw-client.js';
import { ServiceChild, type ChildOptions } from '../support/service-child.js';
import { readSse } from '../support/sse-reader.js';
import { CANARY_KEY } from '../support/test-app.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

describe('Told to stop', () => {
  const children: ServiceChild[] = [];
  const start = async (options?: ChildOptions): Promise<ServiceChild> => {
    const service = await ServiceChild.start(options);
    children.push(service);
    return service;
  };

  afterEach(async () => {
    for (const service of children.splice(0)) {
      expect(service.output + service.errors).not.toContain(CANARY_KEY);
      await service.dispose();
    }
  });

  const underWay = (service: ServiceChild, count: number): Promise<void> =>
    until('the chats are under way', () => service.emulator.stats().total.open === count);

  it('P1 readiness falls, running chats finish, keep-alive ends, exit 0', async () => {
    const service = await start();
    service.emulator.configure({ firstTokenMs: 700 });
    const running = [service.chat(), service.chat()];
    const kept = new RawClient(service.url).send('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until('the connection is kept', () => kept.statuses.length === 1);
    await underWay(service, 2);
    service.signal('SIGTERM');
    await until('it drains', () => service.output.includes('Told to stop'));
    const ready = await fetch(`${service.url}/health/ready`);
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
    const late = await service.chat();
    expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([503, 'shutting_down']);
    kept.send('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await kept.ended();
    expect(kept.text).toMatch(/503[^]*connection: close/i);
    for (const response of await Promise.all(running))
      expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    await service.exited();
    expect([service.exitCode, service.lines.at(-1)?.msg]).toEqual([0, 'Stopped']);
    expect((await expectSoundLog(service.logPath)).map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('P1 a spare connection that never carried a request does not hold it up', async () => {
    const service = await start();
    const spare = new RawClient(service.url);
    expect((await service.chat()).status).toBe(200);
    service.signal('SIGTERM');
    await service.exited();
    await spare.ended();
    expect(service.exitCode).toBe(0);
  });

  it('P1 at the deadline chats are interrupted, a retry wait among them; exit 0', async () => {
    const service = await start({ env: { SHUTDOWN_TIMEOUT_MS: '200' } });
    service.emulator.script(LLAMA, [
      { kind: 'stall', at: 1 },
      { kind: 'status', status: 429, retryAfter: 20 },
    ]);
    const running = [service.chat(), service.chat()];
    await until('both were asked', () => service.emulator.stats().total.requests === 2);
    // Half a request must not hold the service either.
    const half = new RawClient(service.url).send(sized(CHAT).slice(0, -5));
    service.signal('SIGTERM');
    for (const response of await Promise.all(running)) {
      const { code } = (await response.json()) as { code: string };
      expect([response.status, code]).toEqual([503, 'interrupted']);
      expect(response.headers.get('retry-after')).toBe('1');
    }
    await service.exited(5_000);
    half.socket.destroy();
    expect(service.exitCode).toBe(0);
    const rows = await expectSoundLog(service.logPath);
    expect(rows.map(({ status }) => status)).toEqual(['interrupted', 'interrupted']);
  });

  it('P1 at the deadline a stream gets an error event and no mark of success', async () => {
    const service = await start({ env: { SHUTDOWN_TIMEOUT_MS: '100' } });
    service.emulator.always(LLAMA, { kind: 'stall', at: 1 });
    const response = await service.chat({ stream: true });
    service.signal('SIGTERM');
    const events = await readSse(response);
    expect(events.map(({ event }) => event)).toEqual(['delta', 'error']);
    expect(JSON.parse(events[1]!.data)).toMatchObject({ code: 'interrupted' });
    await service.exited(5_000);
    expect(service.exitCode).toBe(0);
    expect((await expectSoundLog(service.logPath))[0]).toMatchObject({ status: 'interrupted' });
  });

  it('P2 a second signal hurries, and rows are still written', async () => {
    const service = await start();
    service.emulator.always(LLAMA, { kind: 'stall', at: 1 });
    const running = service.chat();
    await underWay(service, 1);
    service.signal('SIGTERM');
    await until('it drains', () => service.output.includes('Told to stop'));
    service.signal('SIGINT');
    expect((await running).status).toBe(503);
    await service.exited(3_000);
    expect(service.exitCode).toBe(0);
    expect((await expectSoundLog(service.logPath))[0]).toMatchObject({ status: 'interrupted' });
  });

  it.each([100, 300, 600])('P3 SIGTERM %d ms into the start ends it at once', async (ms) => {
    const service = await ServiceChild.spawn();
    children.push(service);
    await new Promise((resolve) => setTimeout(resolve, ms));
    service.signal('SIGTERM');
    await service.exited(2_000);
    expect([service.exitCode === 0 || service.exitSignal === 'SIGTERM', service.errors]).toEqual([true, '']);
  });

  it('P3 SIGTERM at any time of the start leaves no lock, whole or half made', async () => {
    const begun = performance.now();
    const whole = await start();
    const startMs = performance.now() - begun;
    await whole.dispose();
    for (let share = 0.4; share <= 1.1; share += 0.1) {
      const service = await ServiceChild.spawn();
      children.push(service);
      await new Promise((resolve) => setTimeout(resolve, share * startMs));
      service.signal('SIGTERM');
      await service.exited();
      const left = await readdir(dirname(service.logPath));
      expect(left.filter((name) => !['chat_logs.csv', 'chat_logs.csv.holds'].includes(name))).toEqual([]);
    }
    // Nine starts, of a second or two each on a busy machine.
  }, 60_000);
});
