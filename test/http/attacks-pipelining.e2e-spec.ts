import type { Socket } from 'node:net';
import { ChatClient, LLAMA } from '../support/chat-client.js';
import { CHAT, RawClient, sized } from '../support/raw-client.js';
import { until } from '../support/until.js';

const named = (prompt: string): string => sized(JSON.stringify({ model: 'llama', prompt }));
const numbered = (count: number): string =>
  Array.from({ length: count }, (_, n) => named(`number ${n}`)).join('');

describe('H2: one connection with many requests', () => {
  let client: ChatClient;
  let connection: RawClient;
  let serverSide: Socket;

  beforeAll(async () => {
    client = await ChatClient.start({ env: { FIRST_TOKEN_TIMEOUT_MS: '20000' } });
  });
  afterEach(async () => {
    client.service.emulator.reset();
    connection.socket.destroy();
    serverSide.destroy();
    await until('the upstream is left', () => client.service.emulator.stats().total.open === 0);
    expect((await client.service.get('/health')).status).toBe(200);
  });
  afterAll(() => client.service.stop());

  const hang = async (): Promise<void> => {
    client.service.emulator.always(LLAMA, { kind: 'stall', at: 0 });
    const accepted = new Promise<Socket>((resolve) => client.service.server.once('connection', resolve));
    connection = new RawClient(client.service.url).send(sized(CHAT));
    serverSide = await accepted;
    await until('the chat is under way', () => client.service.emulator.stats().total.open === 1);
  };

  it('H2: of 18 MB behind a hung chat next to nothing is read, and leaving costs nothing', async () => {
    await hang();
    connection.send(numbered(1000).repeat(120));
    const last = { bytesRead: -1 };
    await until('nothing more is read', async () => {
      const before = last.bytesRead;
      expect((await client.service.get('/health')).status).toBe(200);
      last.bytesRead = serverSide.bytesRead;
      return before === last.bytesRead;
    });
    expect(last.bytesRead).toBeLessThan(256 * 1024);
    const left = performance.now();
    connection.socket.destroy();
    expect((await client.service.get('/health')).status).toBe(200);
    expect(performance.now() - left).toBeLessThan(2_000);
  });

  it('H2: a client that leaves with more requests waiting than are read is noticed', async () => {
    await hang();
    connection.send(numbered(20));
    await until('they wait', () => serverSide.bytesRead > 2_000);
    connection.socket.destroy();
    await until('the upstream is left', () => client.service.emulator.stats().total.open === 0);
  });

  it('H2 C21: all are answered in the end, in order', async () => {
    const accepted = new Promise<Socket>((resolve) => client.service.server.once('connection', resolve));
    connection = new RawClient(client.service.url).send(numbered(1000));
    serverSide = await accepted;
    await until('all answers', () => connection.statuses.length === 1000, 18_000);
    expect(new Set(connection.statuses)).toEqual(new Set([200]));
    const ids = [...connection.text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
    const prompts = new Map((await client.service.rows()).map(({ id, prompt }) => [id, prompt]));
    expect(ids.map((id) => prompts.get(id ?? ''))).toEqual(ids.map((_, n) => `number ${n}`));
  });

  it('H2: neither does a body that is read between them open the door', async () => {
    await hang();
    const large = sized(JSON.stringify({ model: 'llama', prompt: 'x'.repeat(300_000) }));
    connection.send(numbered(3) + large + numbered(1000).repeat(10));
    await until('it waits for its turn', () => serverSide.bytesRead > 2_000);
    client.service.emulator.reset();
    await until('some answers', () => connection.statuses.length > 10, 10_000);
    // No more is read than what is answered soon.
    expect(serverSide.bytesRead).toBeLessThan(300_000 + 512 * 1024);
  });
});
