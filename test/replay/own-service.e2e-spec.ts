import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Emulator } from '../../src/emulator/emulator.js';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { keysProgram } from '../support/keys-program.js';
import { sampleRow } from '../support/log-rows.js';
import { readRows } from '../support/read-rows.js';
import { TestDatabase } from '../support/postgres-server.js';
import { ReplayProgram } from '../support/replay-program.js';
import { CANARY_KEY } from '../support/test-app.js';

jest.setTimeout(90_000);

describe('npm run replay, with a service of its own', () => {
  let emulator: Emulator;
  let folder: string;

  const run = async (...args: string[]): Promise<ReplayProgram> => runWith({}, ...args);
  const runWith = async (env: Record<string, string>, ...args: string[]): Promise<ReplayProgram> => {
    const program = new ReplayProgram(folder, args, {
      OPENROUTER_API_KEY: CANARY_KEY,
      OPENROUTER_BASE_URL: emulator.url,
      ...env,
    });
    await program.ended();
    return program;
  };
  const log = (): string => join(folder, 'chat_logs.csv');

  beforeEach(async () => {
    emulator = await Emulator.start();
    folder = mkdtempSync(join(tmpdir(), 'parley-replay-'));
    const rows = [
      sampleRow({ id: 'A', prompt: 'First' }),
      sampleRow({ id: 'B', prompt: 'Second', messages: '{"torn' }),
      sampleRow({ id: 'C', prompt: 'Third' }),
      sampleRow({ id: 'D', prompt: 'A text', response: '', finish_reason: '' }),
      sampleRow({ id: '', prompt: 'From an older log', timestamp: '2025-01-01T00:00:00.000Z' }),
    ];
    writeFileSync(log(), HEADER_LINE + rows.map((row) => formatRow(row).toString()).join(''));
  });

  afterEach(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  it('starts it, needs no key of it, stops it, and counts what cannot be sent again', async () => {
    await keysProgram(folder, ['create', '--name', 'alice', '--budget', '0']);
    const erase = [resolve('dist/logging/cli/erase.js'), '--id', 'C', '--yes'];
    expect(spawnSync(process.execPath, erase, { cwd: folder }).status).toBe(0);
    const { exitCode, output, errors } = await run('--model', 'llama', '--yes');
    expect([exitCode, errors]).toEqual([0, '']);
    expect(output).toContain('Left out: 1 row whose texts were erased.');
    expect(output).toContain('Left out: 1 row without what was sent.');
    expect(output).toContain('Left out: 1 row of embeddings.');
    expect(output).toMatch(/2 rows for llama: costs \$\d/);
    const added = (await readRows(log())).slice(5);
    expect(added.map(({ prompt, status, request_id }) => [prompt, status, request_id]).sort()).toEqual([
      ['First', 'ok', 'replay-A'],
      ['From an older log', 'ok', 'replay-2025-01-01T00:00:00.000Z'],
    ]);
    expect(existsSync(`${log()}.lock`)).toBe(false);
    expect(readFileSync(join(folder, 'replay.html'), 'utf8')).toContain(
      'Left out: 1 erased, 1 unreadable, 1 of embeddings.',
    );
  });

  it('takes the rows of a database, and adds to them', async () => {
    const database = await TestDatabase.create();
    const env = { DATABASE_URL: database.url };
    try {
      const migrated = spawnSync(process.execPath, [resolve('dist/logging/cli/migrate-csv.js')], {
        cwd: folder,
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      expect([migrated.status, migrated.stderr]).toEqual([0, '']);
      rmSync(log());
      const { exitCode, errors } = await runWith(env, '--model', 'llama', '--id', 'A', '--yes');
      expect([exitCode, errors]).toEqual([0, '']);
      const rows = await database.query(`SELECT model, status FROM chat_log WHERE request_id = 'replay-A'`);
      expect(rows).toEqual([{ model: 'llama', status: 'ok' }]);
      expect(readFileSync(join(folder, 'replay.html'), 'utf8')).toContain('First');
    } finally {
      await database.remove();
    }
  });

  it('says what to do where it cannot be started, or there is no log', async () => {
    const bare = new ReplayProgram(folder, ['--model', 'llama', '--yes']);
    expect(await bare.ended()).toBe(1);
    expect(bare.errors).toMatch(/^OPENROUTER_API_KEY must be set.*\n.*--url http:\/\/127\.0\.0\.1:8000\n$/);
    const elsewhere = new ReplayProgram(folder, ['--model', 'llama', '--yes'], { PORT: '18232' });
    await elsewhere.ended();
    expect(elsewhere.errors).toContain('--url http://127.0.0.1:18232\n');
    rmSync(log());
    expect((await run('--model', 'llama', '--yes')).errors).toContain('There is no log at');
  });

  it('looks for what it is to resume before it starts anything', async () => {
    const bare = new ReplayProgram(folder, ['--resume']);
    expect(await bare.ended()).toBe(1);
    expect(bare.errors).toBe('There is no unfinished replay: replay.journal.jsonl does not exist.\n');
  });

  it('keeps what was answered where the report cannot be written', async () => {
    mkdirSync(join(folder, 'replay.html'));
    expect((await run('--model', 'llama', '--yes')).exitCode).toBe(1);
    rmSync(join(folder, 'replay.html'), { recursive: true });
    const asked = emulator.stats().total.requests;
    expect((await run('--resume')).exitCode).toBe(0);
    expect(emulator.stats().total.requests).toBe(asked);
  });

  it.each([
    [
      ['--model', 'llama', '--status', 'fine'],
      '--status must be one of ok, error, client_closed, interrupted',
    ],
    [['--model', 'llama', '--from', 'tomorrow'], '--from must be a time'],
    [['--model', 'llama', '--limit', '0'], '--limit must be a whole number from 1 to 100000'],
    [['--model', 'llama', '--id', 'A', '--was', 'mistral'], 'either --id or filters'],
    [['--model', 'llama', '--url', 'localhost:8000'], '--url must be an address'],
    [[], 'Give the model with --model.'],
    [['--colour'], 'Unknown option'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, errors } = await run(...args);
    expect(exitCode).toBe(2);
    expect(errors).toContain(message);
    expect(errors).toContain('npm run replay');
  });
});
