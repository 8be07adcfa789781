import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { LogFolder, readRows } from '../support/log-folder.js';
import { LogProcess } from '../support/log-process.js';
import { sampleRow } from '../support/log-rows.js';

const ERASE = join(process.cwd(), 'dist/logging/cli/erase.js');
const CANARY = 'canary-7f3a';

let home: LogFolder;

beforeEach(() => {
  home = new LogFolder();
});

afterEach(() => {
  home.remove();
});

function erase(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ERASE, ...args], {
    env: { ...process.env, CHAT_LOG_PATH: home.log },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function logOf(...ids: string[]): string {
  return (
    HEADER_LINE +
    ids
      .map((id) =>
        formatRow(
          sampleRow({ id, prompt: `${CANARY} "${id}"\r\n`, messages: `[${CANARY} ${id}]` }),
        ).toString(),
      )
      .join('')
  );
}

/** Every byte of the folder, unpacked. */
function everything(): string {
  return home
    .names()
    .map((name) => {
      const bytes = readFileSync(home.path(name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    })
    .join('\n');
}

describe('logs:erase', () => {
  it('blanks rows by id in all files of the log and leaves the others byte for byte', () => {
    const cut = formatRow(sampleRow({ prompt: CANARY }))
      .toString()
      .slice(0, 60);
    writeFileSync(home.log, logOf('A', 'B') + cut);
    writeFileSync(`${home.log}.1`, logOf('C', 'A'));
    writeFileSync(`${home.log}.2.gz`, gzipSync(logOf('A')));
    writeFileSync(home.path('chat_logs.20260101T000000000Z.csv'), logOf('D'));
    writeFileSync(home.path('chat_logs.20260101T000000000Z.torn'), cut);
    const { status, stdout } = erase('--id', 'A');
    expect(status).toBe(0);
    expect(stdout).toContain(`${home.log}: 1 row erased, a cut row at its end removed`);
    expect(home.names()).not.toContain('chat_logs.20260101T000000000Z.torn');
    expect(everything()).not.toContain(`${CANARY} A`);
    expect(readFileSync(home.path('chat_logs.20260101T000000000Z.csv'), 'utf8')).toBe(logOf('D'));
    const [erased, kept] = readRows(home.log);
    expect(erased).toMatchObject({ id: 'A', prompt: '', response: '', messages: '', latency: '1.234' });
    expect(erased?.error).toMatch(/^erased_at=\d{4}-\d\d-\d\dT/);
    expect(kept?.prompt).toContain(CANARY);
    expect(statSync(home.log).mode & 0o777).toBe(0o600);
    expect(erase('--id', 'A').stdout).toContain(`${home.log}: 0 rows erased`);
  });

  it('blanks rows by age, older logs included', () => {
    writeFileSync(home.log, logOf('A'));
    const older = 'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens';
    writeFileSync(`${home.log}.1`, `${older}\n2024-05-01T10:00:00,llama,${CANARY},${CANARY},1,2,3\n`);
    expect(erase('--before', '2026-11-24').status).toBe(0);
    expect(everything()).not.toContain(CANARY);
  });

  it('says which neighbour it did not search', () => {
    writeFileSync(home.log, logOf('A'));
    writeFileSync(home.path('chat_logs.2.csv'), 'a,b\n');
    const { status, stdout } = erase('--id', 'A');
    expect(status).toBe(1);
    expect(stdout).toContain('chat_logs.2.csv is not a chat log: NOT searched');
    expect(everything()).not.toContain(CANARY);
  });

  it("leaves strangers' files and the log of another service alone", async () => {
    writeFileSync(home.log, logOf('A'));
    writeFileSync(home.path('chat_logs.demo.csv'), logOf('A'));
    writeFileSync(home.path('chat_logs.demo.20260101T000000000Z.torn'), '"2026');
    const other = home.path('chat_logs.2.csv');
    writeFileSync(other, logOf('A'));
    const service = await LogProcess.start({ path: other });
    const { status, stdout } = erase('--id', 'A');
    await service.stop();
    expect(status).toBe(1);
    expect(stdout).toContain(`${other}: process ${service.pid} owns the log: NOT searched`);
    expect(readFileSync(other, 'utf8')).toBe(logOf('A'));
    expect(readFileSync(home.path('chat_logs.demo.csv'), 'utf8')).toBe(logOf('A'));
    expect(home.names()).toContain('chat_logs.demo.20260101T000000000Z.torn');
    expect(readRows(home.log)[0]?.prompt).toBe('');
    expect(erase('--id', 'A').status).toBe(0);
    expect(home.names().filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it('says which id no row has, but not of one that was erased before', () => {
    writeFileSync(home.log, logOf('A'));
    const { status, stdout } = erase('--id', 'A', '--id', 'nope');
    expect([status, stdout]).toEqual([1, `${home.log}: 1 row erased\nNo row has the id nope\n`]);
    expect(erase('--id', 'A').status).toBe(0);
  });

  it('refuses while the service runs', async () => {
    const service = await LogProcess.start({ path: home.log });
    await service.append(1);
    const { status, stderr } = erase('--before', '2100-01-01');
    await service.stop();
    expect(status).toBe(1);
    expect(stderr).toContain(`process ${service.pid}`);
    expect(home.rows()[0]?.response).not.toBe('');
  });

  it.each([[[]], [['--id', 'A', '--before', '2026-01-01']], [['--before', 'yesterday']]])(
    'explains itself for %j',
    (args) => {
      const { status, stderr } = erase(...args);
      expect(status).not.toBe(0);
      expect(stderr).toContain('--before');
      expect(stderr).not.toContain('    at ');
    },
  );

  it('killed at any moment it leaves the old file or the new one, and the next start removes the rest', async () => {
    const before = logOf(...Array.from({ length: 30_000 }, (_, n) => `ID-${n}`));
    writeFileSync(home.log, before);
    let killed = 0;
    for (let n = 0; n < 8; n++) {
      const child = spawn(process.execPath, [ERASE, '--before', '2100-01-01', '--file', home.log]);
      await sleep(100 + n * 60);
      child.kill('SIGKILL');
      const [, signal] = (await once(child, 'close')) as [number | null, string | null];
      if (signal !== null) killed++;
      const now = readFileSync(home.log, 'utf8');
      expect(now === before || !now.includes(CANARY)).toBe(true);
    }
    expect(killed).toBeGreaterThan(0);
    expect(erase('--before', '2100-01-01').status).toBe(0);
    expect(everything().includes(CANARY)).toBe(false);
    // Killed just before it had the lock, it leaves a draft of it: a process number, in nobody's way.
    expect(home.names().filter((name) => !/\.lock\.[\w-]+\.new$/.test(name))).toEqual(['chat_logs.csv']);
    expect(readRows(home.log)).toHaveLength(30_000);
  });
});
