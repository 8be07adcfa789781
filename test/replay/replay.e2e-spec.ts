import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { json } from '../support/json.js';
import { ReplayProgram } from '../support/replay-program.js';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';

jest.setTimeout(90_000);

const ADMIN = 'admin-canary-0123456789-0123456789';
const PICTURE = 'data:image/png;base64,iVBORw0KGgo=';

describe('npm run replay, through a running service', () => {
  let service: ServiceChild;

  const start = (...args: string[]): ReplayProgram =>
    new ReplayProgram(service.folder, ['--url', service.url, ...args]);
  const run = async (...args: string[]): Promise<ReplayProgram> => {
    const program = start(...args);
    await program.ended();
    return program;
  };
  const path = (name: string): string => join(service.folder, name);
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  const table = (name = 'replay.csv'): Record<string, string>[] =>
    parse(read(name), { columns: true, record_delimiter: '\r\n' });
  const chatted = async (...prompts: string[]): Promise<void> => {
    for (const prompt of prompts) expect((await service.chat({ model: 'mistral', prompt })).status).toBe(200);
  };
  /** Prompts that went upstream since the emulator was last reset. */
  const asked = (): number => service.emulator.stats().total.requests;

  const begin = async (env: Record<string, string> = {}): Promise<void> => {
    service = await ServiceChild.start({ env });
  };

  afterEach(() => service.dispose());

  it('writes both answers and what they took, and asks the log for all of it', async () => {
    await begin();
    service.emulator.answer('*', { text: 'The sky is blue today.' });
    await chatted('First', 'Second', '=1+1');
    service.emulator.answer('*', { text: 'The sky is grey today.' });
    const { exitCode, output, errors } = await run('--model', 'llama', '--yes');
    expect([exitCode, errors]).toEqual([0, '']);
    expect(output).toContain('3 rows for llama');
    expect(output).toMatch(/^3\/3 {2}\w{26} {2}/m);
    expect(table().map(({ prompt }) => prompt)).toEqual(["'=1+1", 'Second', 'First']);
    const rows = (await service.rows()).filter(({ request_id }) => request_id?.startsWith('replay-'));
    for (const line of table()) {
      const row = rows.find(({ id }) => id === line.now_id);
      expect(line).toMatchObject({
        was_model: 'mistral',
        was_response: 'The sky is blue today.',
        now_model: 'llama',
        now_status: 'ok',
        now_response: 'The sky is grey today.',
        now_latency: row?.latency,
        now_cost: row?.cost,
      });
      expect(row?.request_id).toBe(`replay-${line.was_id}`);
      expect(Number(line.latency_difference)).toBeCloseTo(
        Number(line.now_latency) - Number(line.was_latency),
      );
    }
    const page = read('replay.html');
    expect(page).toContain('The sky is <del>blue </del>today.');
    expect(page).toContain('The sky is <ins>grey </ins>today.');
    expect(readdirSync(service.folder).filter((name) => name.startsWith('replay'))).toEqual([
      'replay.csv',
      'replay.html',
    ]);
    for (const name of ['replay.csv', 'replay.html']) expect(statSync(path(name)).mode & 0o777).toBe(0o600);
  });

  it('sends the whole conversation, with images and tool calls, and leaves out what replays added', async () => {
    await begin();
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: PICTURE } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', content: 'a cat', tool_call_id: 'call_1' },
    ];
    const reply = await fetch(`${service.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'mistral', messages }),
    });
    expect(reply.status).toBe(200);
    expect((await run('--model', 'llama', '--yes', '--max-tokens', '50')).exitCode).toBe(0);
    expect(service.emulator.requests().at(-1)?.body).toMatchObject({ messages, max_tokens: 50 });
    expect(read('replay.html')).not.toContain(PICTURE);
    const again = await run('--model', 'mistral', '--yes');
    expect(again.output).toContain('Left out: 1 row of earlier replays');
    expect(table()).toHaveLength(1);
  });

  it('takes the rows that filters or ids name, and no more than the limit', async () => {
    await begin();
    await chatted('First', 'Second');
    await service.chat({ model: 'llama', prompt: 'Third' });
    const ids = (await service.rows()).map(({ id }) => id!);
    const prompts = async (...args: string[]): Promise<(string | undefined)[]> => {
      expect((await run('--model', 'llama', '--yes', ...args)).exitCode).toBe(0);
      return table().map(({ prompt }) => prompt);
    };
    expect(await prompts('--was', 'mistral')).toEqual(['Second', 'First']);
    expect(await prompts('--was', 'mistral', '--limit', '1')).toEqual(['Second']);
    expect(await prompts('--id', ids[0]!, '--id', ids[2]!)).toEqual(['First', 'Third']);
    const none = await run('--model', 'llama', '--yes', '--to', '2026-01-01');
    expect([none.exitCode, none.errors]).toEqual([1, 'There are no rows to send again.\n']);
    expect((await run('--model', 'llama', '--id', 'nope', '--yes')).errors).toMatch(
      /no row|no such|There is/i,
    );
    expect((await run('--model', 'nope', '--yes')).errors).toBe(
      'There is no model nope. Known: llama, mistral.\n',
    );
  });

  it('says what it costs at most, and spends nothing where nobody can agree', async () => {
    await begin({ CATALOGUE_REFRESH_MS: '900000' });
    await chatted('First');
    const priced = async (): Promise<boolean> =>
      JSON.stringify(await json(await fetch(`${service.url}/models`))).includes('"listed":true');
    await until('the prices are known', priced);
    const before = asked();
    const { exitCode, output, errors } = await run('--model', 'llama', '--max-tokens', '1000000');
    expect(exitCode).toBe(1);
    expect(output).toMatch(/1 row for llama: costs \$0\.0\d+ at most \(about \$0\.0+\d+ if/);
    expect(errors).toBe('Nothing was sent: confirm the cost with --yes.\n');
    expect(asked()).toBe(before);
    expect(existsSync(path('replay.html'))).toBe(false);
  });

  it('reports when the maximum cost is unknown', async () => {
    await begin();
    await chatted('First');
    expect((await run('--model', 'llama')).output).toContain('the maximum cost is unknown');
  });

  it('waits as long as Retry-After says, and tries again what may work then', async () => {
    await begin({ RETRY_MAX_ATTEMPTS: '1' });
    await chatted('First', 'Second');
    service.emulator.script('*', [
      { kind: 'status', status: 429, retryAfter: 1 },
      { kind: 'status', status: 400 },
    ]);
    const { exitCode, output } = await run('--model', 'llama', '--yes', '--concurrency', '1');
    expect(output).toContain('Waiting for 1.00 s.');
    expect(output).toContain('failed: upstream_invalid_request');
    expect(exitCode).toBe(1);
    expect(table().map(({ now_status, now_error }) => [now_status, now_error])).toEqual([
      ['error', 'upstream_invalid_request'],
      ['ok', ''],
    ]);
    expect(read('replay.html')).toContain('upstream_invalid_request: ');
    // What failed is asked again, what was answered is not.
    const before = asked();
    expect((await run('--resume')).exitCode).toBe(0);
    expect(asked()).toBe(before + 1);
    expect(existsSync(path('replay.journal.jsonl'))).toBe(false);
  });

  it('stops when the budget is used up, with a whole report, and goes on when there is more', async () => {
    await begin({ ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '900000' });
    const admin = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' };
    const keys = (suffix: string, method: string, body: object): Promise<Response> =>
      fetch(`${service.url}/keys${suffix}`, { method, headers: admin, body: JSON.stringify(body) });
    for (const prompt of ['First', 'Second', 'Third'])
      await fetch(`${service.url}/chat`, {
        method: 'POST',
        headers: admin,
        body: JSON.stringify({ model: 'mistral', prompt }),
      });
    const { id, key } = (await json(
      await keys('', 'POST', { name: 'replays', role: 'admin', budget: '0.01' }),
    )) as {
      id: string;
      key: string;
    };
    service.emulator.answer('*', { text: 'Dear.', cost: 1 });
    const poor = await run(
      '--key',
      key,
      '--model',
      'llama',
      '--yes',
      '--concurrency',
      '1',
      '--max-tokens',
      '100',
    );
    expect(poor.exitCode).toBe(1);
    expect(poor.output).toMatch(/Not finished: The budget of this key does not cover the call/);
    expect(poor.output).toContain('2 of 3 prompts have no answer: --resume asks for them again.');
    expect(read('replay.html')).toContain('This report is not finished: The budget of this key');
    expect(table().map(({ now_response }) => now_response)).toEqual(['Dear.', '', '']);
    expect(read('replay.journal.jsonl')).not.toContain(key);
    await keys(`/${id}`, 'PATCH', { budget: null });
    const before = asked();
    expect((await run('--key', key, '--resume')).exitCode).toBe(0);
    expect(asked()).toBe(before + 2);
    expect(table().map(({ now_status }) => now_status)).toEqual(['ok', 'ok', 'ok']);
    expect((await run('--key', `${key}x`, '--model', 'llama', '--yes')).errors).toContain('A key is needed');
  });

  it('on Ctrl-C takes in what is under way, leaves a whole report, and goes on from there', async () => {
    await begin();
    const prompts = Array.from({ length: 6 }, (_, index) => `Prompt ${index}`);
    await chatted(...prompts);
    service.emulator.configure({ firstTokenMs: 700 });
    const before = asked();
    const program = start('--model', 'llama', '--yes', '--concurrency', '2');
    await until('some are answered', () => /^2\/6 /m.test(program.output), 30_000);
    program.signal('SIGINT');
    expect(await program.ended()).toBe(130);
    expect(read('replay.html')).toMatch(/This report is not finished: Interrupted\.[^]*<\/html>\n$/);
    const answered = table().filter(({ now_status }) => now_status === 'ok').length;
    expect(answered).toBeGreaterThanOrEqual(2);
    expect(answered).toBeLessThan(6);
    const another = await run('--model', 'llama', '--yes');
    expect([another.exitCode, another.errors]).toEqual([1, expect.stringContaining('--resume continues it')]);
    expect((await run('--resume', '--model', 'llama')).exitCode).toBe(2);
    service.emulator.configure({ firstTokenMs: 0 });
    expect((await run('--resume')).exitCode).toBe(0);
    expect(asked() - before).toBe(6);
    expect(table().map(({ now_status }) => now_status)).toEqual(prompts.map(() => 'ok'));
  });

  it('loses nothing that was answered when it is killed', async () => {
    await begin();
    await chatted('First', 'Second', 'Third');
    const before = asked();
    service.emulator.script('*', [{ kind: 'normal' }, { kind: 'stall', at: 'after-headers' }]);
    const program = start('--model', 'llama', '--yes', '--concurrency', '1');
    await until('the second is under way', () => asked() === before + 2, 30_000);
    program.signal('SIGKILL');
    await program.ended();
    expect((await run('--resume')).exitCode).toBe(0);
    // The one that was under way is asked again: it had no answer.
    expect(asked() - before).toBeLessThanOrEqual(4);
    expect(table().map(({ now_status }) => now_status)).toEqual(['ok', 'ok', 'ok']);
    const none = await run('--resume');
    expect([none.exitCode, none.errors]).toEqual([
      1,
      expect.stringContaining('There is no unfinished replay'),
    ]);
  });

  it('says where no service answers', async () => {
    await begin();
    const program = new ReplayProgram(service.folder, ['--url', 'http://127.0.0.1:9', '--model', 'llama']);
    const exitCode = await program.ended();
    const { errors } = program;
    expect(exitCode).toBe(1);
    expect(errors).toContain('http://127.0.0.1:9 does not answer');
  });
});
