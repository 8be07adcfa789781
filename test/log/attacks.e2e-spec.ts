import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { LogStore } from '../../src/logging/log-store.js';
import { json } from '../support/json.js';
import { sampleRow } from '../support/log-rows.js';
import { chunk, DONE, event, LAST_CHUNK, RawUpstream, STREAM_HEAD } from '../support/raw-upstream.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const row = (number: number, response: string): ReturnType<typeof sampleRow> =>
  sampleRow({
    timestamp: new Date(Date.UTC(2026, 0, 1) + number).toISOString(),
    id: `id-${String(number).padStart(7, '0')}`,
    response,
  });

describe('H3: a client that does not read its reply', () => {
  let service: TestApp;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    service = await TestApp.start({ env: { IDLE_TIMEOUT_MS: '500' } });
    const rows = Array.from({ length: 1_000 }, (_, number) => formatRow(row(number, 'x'.repeat(16_000))));
    await writeFile(service.logPath, Buffer.concat([Buffer.from(HEADER_LINE), ...rows]));
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  afterAll(() => service.stop());

  /** Asks, and never reads a byte of the answer. */
  function askAndStop(path: string): void {
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    socket.on('error', () => undefined).pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  }

  function open(): Promise<number> {
    return new Promise((resolve) => {
      service.server.getConnections((_error, count) => {
        resolve(count);
      });
    });
  }

  it.each([
    '/logs?limit=500',
    '/logs/export?format=csv',
    '/logs/export?format=jsonl',
    '/logs/export?format=raw',
  ])('loses its connection after IDLE_TIMEOUT_MS (%s)', async (path) => {
    const before = await open();
    for (let client = 0; client < 4; client++) askAndStop(path);
    await until('all are connected', async () => (await open()) >= before + 4);
    await until('none is left', async () => (await open()) <= before, 15_000);
    const answer = await service.get('/logs?limit=500');
    expect(answer.status).toBe(200);
    expect(((await json(answer)) as { data: unknown[] }).data.length).toBeGreaterThan(100);
  });
});

describe('H4, H5: one row of tens of megabytes', () => {
  let service: TestApp;
  let upstream: RawUpstream;
  let reply = '';

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket) => socket.write(reply));
    service = await TestApp.start({ upstreamUrl: upstream.url });
  });
  afterAll(async () => {
    await service.stop();
    await upstream.close();
  });

  /** 15 MB in pieces of one, each of which takes six on the wire. */
  const PIECE = '\u0001'.repeat(1024 * 1024);
  const PIECES = 15;
  const toolCall = (piece: string): string =>
    `data: ${JSON.stringify({
      choices: [
        {
          index: 0,
          delta: { tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: piece } }] },
        },
      ],
    })}\n\n`;

  it.each([
    ['text', event, 'ok', PIECES * PIECE.length],
    // The row would hold them as JSON, six bytes for each character: more than RESPONSE_MAX_BYTES.
    ['tool calls', toolCall, 'error', undefined],
  ])(
    'made of %s, with the default settings, hides nothing',
    async (_, piece, status, length) => {
      const counted = async (): Promise<number> =>
        ((await json(await service.get('/logs/stats'))) as { total: { count: number } }).total.count;
      const before = await counted();
      reply =
        STREAM_HEAD +
        chunk(piece(PIECE)).repeat(PIECES) +
        chunk(event(undefined, 'stop') + DONE) +
        LAST_CHUNK;
      const large = await service.post('/chat', { model: 'llama', prompt: 'Say much.' });
      reply = STREAM_HEAD + chunk(event('Little.') + event(undefined, 'stop') + DONE) + LAST_CHUNK;
      const small = await json(await service.post('/chat', { model: 'llama', prompt: 'Say little.' }));
      expect(await counted()).toBe(before + 2);
      const page = (await json(await service.get('/logs?limit=1'))) as { data: { id: string }[] };
      expect(page.data.map(({ id }) => id)).toEqual([small.id]);
      const found = await json(await service.get(`/logs/${large.headers.get('x-request-id') ?? ''}`));
      expect(found).toMatchObject({ status });
      if (length !== undefined) expect(found.response).toHaveLength(length);
    },
    60_000,
  );
});

describe('H1: a question while rows are written', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());

  it('is answered with the rows that were there when it was asked', async () => {
    const store = service.app.get(LogStore);
    let written = 0;
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        const batch = Array.from({ length: 10 }, () => store.append(row(++written, 'short')));
        await Promise.all(batch);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await until('rows come', () => written > 200);
    for (let question = 0; question < 10; question++) {
      const before = written - 10;
      const { total } = (await json(await service.get('/logs/stats'))) as { total: { count: number } };
      expect(total.count).toBeGreaterThanOrEqual(before);
      expect(total.count).toBeLessThanOrEqual(written);
    }
    stop.abort();
    await writing;
  });
});
