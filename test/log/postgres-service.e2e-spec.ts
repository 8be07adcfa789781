import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { json, type Json } from '../support/json.js';
import { sampleRow } from '../support/log-rows.js';
import { PostgresServer, query } from '../support/postgres-server.js';
import { parseSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const run = promisify(execFile);

// The programs start Node several times.
jest.setTimeout(60_000);

describe('a service with its log in PostgreSQL', () => {
  let server: PostgresServer;
  let service: TestApp;

  beforeAll(async () => {
    server = await PostgresServer.start(['fsync=off']);
    service = await TestApp.start({ env: { DATABASE_URL: server.url, DATABASE_WRITE_TIMEOUT_MS: '1000' } });
  });
  afterAll(async () => {
    await service.stop();
    await server.remove();
  });

  const chat = (body: Json = {}) => service.post('/chat', { model: 'llama', prompt: 'Hello', ...body });
  const ready = async () => json(await service.get('/health/ready'));

  it('answers a question with the row of a reply that came just before, and takes votes', async () => {
    const reply = await chat();
    expect(reply.headers.get('x-chat-log')).toBeNull();
    const { id } = await json(reply);
    expect(await json(await service.get(`/logs/${String(id)}`))).toMatchObject({
      id,
      prompt: 'Hello',
      score: null,
    });
    const vote = await service.post(
      `/logs/${String(id)}/score`,
      { score: 1, comment: 'so' },
      { method: 'PUT' },
    );
    expect(vote.status).toBe(204);
    expect(await json(await service.get(`/logs/${String(id)}`))).toMatchObject({ score: 1, comment: 'so' });
    expect((await json(await service.get('/logs/stats'))).total).toMatchObject({
      count: 1,
      votes: { up: 1 },
    });
  });

  it('L13 A8: goes on without its database, says so, and shows no secret', async () => {
    await server.stop('immediate');
    const reply = await chat();
    expect([reply.status, reply.headers.get('x-chat-log')]).toEqual([200, 'spilled']);
    const stream = await (await chat({ stream: true })).text();
    const done = parseSse(stream).find(({ event }) => event === 'done');
    expect(JSON.parse(done?.data ?? '{}')).toMatchObject({ log: 'spilled', finish_reason: 'stop' });
    const health = await ready();
    expect(health).toMatchObject({
      status: 'degraded',
      details: { log: { status: 'degraded', pending: 2 } },
    });
    expect((await service.get('/health')).status).toBe(200);
    const metrics = await (await service.get('/metrics')).text();
    expect(metrics).toMatch(/^parley_log_pending 2$/m);
    expect(metrics).toMatch(/^parley_log_outages(_total)? 1$/m);
    const question = await service.get('/logs');
    expect(question.headers.get('retry-after')).toBe('1');
    const told = await json(question);
    expect(told).toMatchObject({ status: 503, code: 'log_unavailable' });
    const shown = [
      stream,
      metrics,
      JSON.stringify([health, told]),
      JSON.stringify(service.log.entries),
    ].join();
    expect(shown).not.toContain('canary-password');

    await server.start();
    await until('all is shipped', async () => (await ready()).status === 'ok');
    const { id } = await json(reply);
    expect((await service.get(`/logs/${String(id)}`)).status).toBe(200);
    expect((await json(await service.get('/logs/stats'))).total).toMatchObject({ count: 3 });
  });

  describe('the programs in the terminal', () => {
    let folder: string;
    const program = (name: string, ...args: string[]) =>
      run(process.execPath, [join(process.cwd(), `dist/logging/cli/${name}.js`), ...args], {
        cwd: folder,
        env: { ...process.env, CHAT_LOG_PATH: 'chat_logs.csv', DATABASE_URL: server.url },
      });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parley-programs-'));
      const rows = ['a', 'b'].map((id) => formatRow(sampleRow({ id })));
      await writeFile(join(folder, 'chat_logs.csv'), Buffer.concat([Buffer.from(HEADER_LINE), ...rows]));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('migrate:csv brings a CSV log in, once', async () => {
      for (let time = 0; time < 2; time++)
        expect((await program('migrate-csv')).stdout).toContain('chat_logs.csv: 2 lines');
      expect(await query(server.url, "SELECT id FROM chats WHERE id IN ('a', 'b')")).toHaveLength(2);
    });

    it('stats gives figures of the database, or of a file that is named', async () => {
      const figures = async (...args: string[]) =>
        (JSON.parse((await program('stats', '--json', ...args)).stdout) as { total: Json }).total.count;
      expect(await figures()).toBe(5);
      expect(await figures('--file', 'chat_logs.csv')).toBe(2);
    });

    it('logs asks files only, and says what to do', async () => {
      await expect(program('query', 'select 1')).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('ask it with psql'),
      });
    });

    it('logs:erase erases in the database', async () => {
      expect((await program('erase', '--id', 'a', '--dry-run')).stdout).toBe(
        '1 row to erase in the database\n',
      );
      expect((await program('erase', '--id', 'a', '--yes')).stdout).toBe('1 row erased in the database\n');
      expect(await json(await service.get('/logs/a'))).toMatchObject({ prompt: '', response: '' });
      await expect(program('erase', '--id', 'nobody', '--yes')).rejects.toMatchObject({ code: 1 });
    });
  });
});
