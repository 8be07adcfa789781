import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Emulator } from '../../src/emulator/emulator.js';
import { json, type Json } from '../support/json.js';
import { readRows } from '../support/read-rows.js';
import { until } from '../support/until.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

interface Budget {
  spent: number;
  held: number;
}

/** One log and one emulator, over several lives of the service. */
describe('budgets over the end of the process', () => {
  let emulator: Emulator;
  let folder: string;
  let child: ChildProcess | undefined;
  let url = '';

  beforeEach(async () => {
    emulator = await Emulator.start({ generationMisses: 0 });
    emulator.model(LLAMA, { promptPrice: '0', completionPrice: '0.01' });
    folder = await mkdtemp(join(tmpdir(), 'parley-crash-'));
  });
  afterEach(async () => {
    await kill();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const logPath = () => join(folder, 'chat_logs.csv');

  async function start(): Promise<void> {
    let output = '';
    const env = {
      PATH: process.env.PATH,
      OPENROUTER_API_KEY: 'sk-or-test-canary',
      OPENROUTER_BASE_URL: emulator.url,
      CHAT_LOG_PATH: logPath(),
      ADMIN_KEY: ADMIN,
      PORT: '0',
    };
    child = spawn(process.execPath, [resolve('dist/main.js')], { cwd: folder, env });
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    await until('it listens', () => output.includes('Listening on'), 15_000);
    url = /Listening on (http:\S+?);/.exec(output)![1]!;
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const dying = child;
    child = undefined;
    if (!dying) return;
    dying.kill(signal);
    await until('it is gone', () => dying.exitCode !== null || dying.signalCode !== null, 10_000);
  }

  const ask = (path: string, key: unknown, body?: Json): Promise<Response> =>
    fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${String(key)}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  const chat = (key: unknown): Promise<Response> =>
    ask('/chat', key, { model: 'llama', prompt: 'Say something.', max_tokens: 10 });
  const budgetOf = async (key: unknown): Promise<Budget> =>
    ((await json(await ask('/keys/me', key))).usage as Json).budget as Budget;

  it('B1 B2 a kill in the middle leaves no hold without an end, and every call its row and its bill', async () => {
    await start();
    const { key } = await json(await ask('/keys', ADMIN, { name: 'alice', budget: '2/month' }));
    emulator.answer(LLAMA, { text: 'three', completionTokens: 3, cost: 0.03 });
    expect((await chat(key)).status).toBe(200);
    emulator.always(LLAMA, { kind: 'stall', at: 2, answer: { pieces: ['a', 'b', 'c'] } });
    const cut = Array.from({ length: 200 }, () => chat(key).catch(() => undefined));
    await until('all that can be paid are asked', () => emulator.stats().total.open === 19, 20_000);
    const before = await budgetOf(key);
    expect(before.spent + before.held).toBeLessThanOrEqual(2);
    await new Promise((done) => setTimeout(done, 100));
    await kill();
    await Promise.all(cut);
    emulator.always(LLAMA, null);
    emulator.answer(LLAMA, { text: 'three', completionTokens: 3, cost: 0.03 });
    await start();
    expect(await budgetOf(key)).toMatchObject({ held: 0 });
    const rows = () => readRows(logPath());
    await until('they have rows', async () => (await rows()).length === 20, 20_000);
    expect((await rows()).filter(({ status }) => status === 'interrupted')).toHaveLength(19);
    const amendments = () => readRows(join(folder, 'chat_logs.amendments.csv')).catch(() => []);
    const billed = async () => (await amendments()).filter(({ field }) => field === 'cost');
    await until('they have bills', async () => (await billed()).length === 19, 20_000);
    const sum = (await billed()).reduce((total, { value }) => total + Number(value), 0.03);
    await until('the budget agrees', async () => Math.abs((await budgetOf(key)).spent - sum) < 1e-9, 20_000);
    expect((await chat(key)).status).toBe(200);
  }, 60_000);

  it('B2 B11 what was spent is known after a stop, and when the log has been moved away', async () => {
    await start();
    const { key } = await json(await ask('/keys', ADMIN, { name: 'alice', budget: '1' }));
    emulator.answer(LLAMA, { text: 'hm', cost: 0.1 });
    for (let i = 0; i < 3; i++) expect((await chat(key)).status).toBe(200);
    await kill('SIGTERM');
    await start();
    expect((await budgetOf(key)).spent).toBeCloseTo(0.3, 9);
    expect((await chat(key)).status).toBe(200);
    await kill('SIGTERM');
    await rename(logPath(), join(folder, 'elsewhere'));
    await start();
    expect((await budgetOf(key)).spent).toBeCloseTo(0.4, 9);
    await kill('SIGTERM');
    await rm(`${logPath()}.holds`);
    await rename(join(folder, 'elsewhere'), logPath());
    await start();
    expect((await budgetOf(key)).spent).toBeCloseTo(0.4, 9);
  }, 60_000);
});
