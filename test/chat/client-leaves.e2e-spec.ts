import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

/** What is asked at each door; `{"stream"}` is added to it. */
const DOORS = {
  '/chat': { model: 'llama', prompt: 'Say hello.' },
  '/v1/chat/completions': { model: 'llama', messages: [{ role: 'user', content: 'Say hello.' }] },
  '/v1/responses': { model: 'llama', input: 'Say hello.' },
  '/v1/completions': { model: 'llama', prompt: 'Say hello.' },
  '/v1/messages': { model: 'llama', max_tokens: 99, messages: [{ role: 'user', content: 'Say hello.' }] },
} as const;

type Door = keyof typeof DOORS;

const CASES = (Object.keys(DOORS) as Door[]).flatMap((door) => [
  [door, false] as const,
  [door, true] as const,
]);

describe('A client that leaves', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start({ env: { IDLE_TIMEOUT_MS: '1000' } });
  });

  beforeEach(() => {
    service.emulator.reset();
    service.emulator.configure({ firstTokenMs: 0, chunkMs: 0 });
  });

  afterAll(() => service.stop());

  /** Sends a request over a bare socket and leaves the connection to the test. */
  function ask(door: Door, stream: boolean): Socket {
    const { hostname, port } = new URL(service.url);
    const body = JSON.stringify({ ...DOORS[door], stream });
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(
      `POST ${door} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return socket;
  }

  /** The connection to the upstream is gone, within a second even on a busy machine, and one row says why. */
  async function expectReleased(rowsBefore: number): Promise<Record<string, string>> {
    await until('the upstream is released', () => service.emulator.stats().total.open === 0, 1_000);
    await until('the row is written', async () => (await service.rows()).length > rowsBefore);
    const rows = await service.rows();
    expect(rows).toHaveLength(rowsBefore + 1);
    return rows.at(-1)!;
  }

  const upstreamAsked = () => until('the upstream is asked', () => service.emulator.stats().total.open === 1);

  it.each(CASES)('C1: before the answer begins (%s, stream: %s)', async (door, stream) => {
    const rows = (await service.rows()).length;
    service.emulator.script(LLAMA, [{ kind: 'stall', at: 'before-headers' }]);
    const socket = ask(door, stream);
    await upstreamAsked();
    socket.destroy();
    expect(await expectReleased(rows)).toMatchObject({
      status: 'client_closed',
      error: 'client_closed',
      response: '',
      prompt_tokens: '',
      attempts: '1',
    });
  });

  it.each(CASES)('C2: in the middle of the answer (%s, stream: %s)', async (door, stream) => {
    const rows = (await service.rows()).length;
    service.emulator.script(LLAMA, [{ kind: 'stall', at: 3, answer: { pieces: ['a', 'b', 'c', 'd'] } }]);
    const socket = ask(door, stream);
    await upstreamAsked();
    if (stream) await until('text arrives', () => socket.read() !== null);
    else await sleep(50);
    socket.destroy();
    expect(await expectReleased(rows)).toMatchObject({
      status: 'client_closed',
      response: 'abc',
      response_tokens: '',
    });
    expect(service.emulator.stats().total.cancelled).toBe(1);
  });

  it.each(CASES)('C3: while a retry waits (%s, stream: %s)', async (door, stream) => {
    const rows = (await service.rows()).length;
    service.emulator.script(LLAMA, [{ kind: 'status', status: 429, retryAfter: 5 }]);
    const socket = ask(door, stream);
    await until('the first attempt failed', () => service.emulator.stats().total.requests === 1);
    await sleep(20);
    socket.destroy();
    const row = await expectReleased(rows);
    expect(row).toMatchObject({ status: 'client_closed', attempts: '1' });
    expect(Number(row.latency)).toBeLessThan(4);
    expect(service.emulator.stats().total.requests).toBe(1);
  });

  it('C2, C21: with chats queued behind the one that is answered: they are never begun', async () => {
    const before = (await service.rows()).length;
    service.emulator.always(LLAMA, { kind: 'stall', at: 2 });
    const socket = ask('/chat', true);
    const { hostname } = new URL(service.url);
    const body = JSON.stringify(DOORS['/chat']);
    for (let n = 0; n < 5; n++)
      socket.write(
        `POST /chat HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    await until('the first is answered', () => service.emulator.stats().total.open === 1);
    socket.destroy();
    await expectReleased(before);
    expect(service.emulator.stats().total.requests).toBe(1);
    expect(await service.rows()).toHaveLength(before + 1);
  });

  it('leaves no connection behind that nobody uses (I5)', async () => {
    service.emulator.script(LLAMA, Array(5).fill({ kind: 'stall', at: 2 }));
    const before = (await service.rows()).length;
    const sockets = Array.from({ length: 5 }, () => ask('/chat', true));
    await until('all are answered', () => service.emulator.stats().total.open === 5);
    for (const socket of sockets) socket.destroy();
    await until('all rows are written', async () => (await service.rows()).length === before + 5);
    expect((await service.post('/chat', DOORS['/chat'])).status).toBe(200);
    expect(service.emulator.stats().connections).toBe(1);
  });

  it('C4: just as the answer ends: one row each, whatever it says', async () => {
    const rows = (await service.rows()).length;
    const count = 100;
    service.emulator.answer(LLAMA, { pieces: ['whole'] });
    for (let i = 0; i < count; i++) {
      const [door, stream] = CASES[i % CASES.length]!;
      const socket = ask(door, stream);
      await until('the upstream has answered', () => service.emulator.stats().total.requests > i);
      setImmediate(() => socket.destroy());
    }
    await until('all rows are written', async () => (await service.rows()).length >= rows + count);
    const written = (await service.rows()).slice(rows);
    expect(new Set(written.map(({ id }) => id)).size).toBe(count);
    expect(written.filter(({ status }) => status !== 'ok' && status !== 'client_closed')).toEqual([]);
    expect(written.filter(({ response, status }) => status === 'ok' && response !== 'whole')).toEqual([]);
  });

  it.each(CASES)('C5: by closing its half of the connection (%s, stream: %s)', async (door, stream) => {
    const rows = (await service.rows()).length;
    service.emulator.script(LLAMA, [{ kind: 'stall', at: 'after-headers' }]);
    const socket = ask(door, stream);
    await upstreamAsked();
    socket.end();
    expect(await expectReleased(rows)).toMatchObject({ status: 'client_closed' });
  });
});
