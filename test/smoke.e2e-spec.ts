import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emulator } from '../src/emulator/emulator.js';
import { json } from './support/json.js';
import { readRows } from './support/read-rows.js';
import { ServiceProcess } from './support/service-process.js';

describe('dist/main.js', () => {
  let folder: string;
  let emulator: Emulator;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-smoke-'));
    emulator = await Emulator.start();
  });

  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  it('starts, reads .env, answers, logs, and ends with 0', async () => {
    await writeFile(join(folder, '.env'), `OPENROUTER_API_KEY=from-dot-env\nPORT=0\n`);
    const service = ServiceProcess.spawn({ OPENROUTER_BASE_URL: emulator.url }, { cwd: folder });
    const url = await service.listening();
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'Hi', model: 'llama' }),
    });
    const reply = await json(response);
    expect(response.status).toBe(200);
    expect((await readRows(join(folder, 'chat_logs.csv'))).map(({ id }) => id)).toEqual([reply.id]);
    expect(await service.stop()).toBe(0);
    expect(service.output).not.toContain('from-dot-env');
  });

  it.each([
    [{}, 'OPENROUTER_API_KEY must be set', 'npm run demo'],
    [{ OPENROUTER_API_KEY: 'k', PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535'],
    [{ OPENROUTER_API_KEY: 'k', IDLE_TIMEOUT_MS: '-1' }, 'IDLE_TIMEOUT_MS must be a whole number'],
    [{ OPENROUTER_API_KEY: 'k', TOTAL_TIMEOUT_MS: 'Infinity' }, 'TOTAL_TIMEOUT_MS must be a whole number'],
    [{ OPENROUTER_API_KEY: 'k', OPENROUTER_BASE_URL: 'ftp://secret-value' }, 'OPENROUTER_BASE_URL must be'],
    [
      { OPENROUTER_API_KEY: 'k', CHAT_LOG_DURABILITY: 'secret-value' },
      'CHAT_LOG_DURABILITY must be write or fsync',
    ],
    [
      { OPENROUTER_API_KEY: 'k', LLAMA_UPSTREAM: 'secret value' },
      'LLAMA_UPSTREAM must be a comma-separated list',
    ],
  ])('A33: with %j it exits 1 with one line that names the rule, never the value', async (env, ...texts) => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    const service = ServiceProcess.spawn({ PORT: '0', ...env }, { cwd: empty });
    expect(await service.exited).toBe(1);
    for (const text of texts) expect(service.output).toContain(text);
    expect(service.output.trim().split('\n')).toHaveLength(1);
    expect(service.output).not.toContain('secret');
  });
});
