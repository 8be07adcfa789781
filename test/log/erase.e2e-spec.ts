import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { AmendmentField } from '../../src/logging/amendment.js';
import { AMENDMENT_HEADER_LINE, formatAmendment } from '../../src/logging/csv/amendment-format.js';
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
  return run('--yes', ...args);
}

function run(...args: string[]) {
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

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function amendments(): Record<string, string>[] {
  return parse(readFileSync(home.path('chat_logs.amendments.csv')), {
    columns: true,
    record_delimiter: '\r\n',
  });
}

const amendmentLines = (...lines: [id: string, field: AmendmentField, value: string][]) =>
  AMENDMENT_HEADER_LINE +
  lines
    .map(([id, field, value]) =>
      formatAmendment({ timestamp: '2026-11-24T00:00:00.000Z', id, field, value }).toString(),
    )
    .join('');

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
    expect(erased?.error).toBe('');
    expect(amendments()).toEqual([
      {
        timestamp: expect.stringMatching(INSTANT),
        id: 'A',
        field: 'erased_at',
        value: expect.stringMatching(INSTANT),
      },
    ]);
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

  it('keeps the code of a failure', () => {
    writeFileSync(
      home.log,
      HEADER_LINE + formatRow(sampleRow({ id: 'A', error: 'upstream_timeout' })).toString(),
    );
    expect(erase('--id', 'A').status).toBe(0);
    expect(readRows(home.log)[0]?.error).toBe('upstream_timeout');
  });

  it('takes the comments of erased rows, in rotated files too, and marks a row once', () => {
    const path = home.path('chat_logs.amendments.csv');
    writeFileSync(home.log, logOf('A', 'B'));
    writeFileSync(
      path,
      amendmentLines(['A', 'comment', CANARY], ['A', 'score', '1'], ['B', 'comment', 'kept']),
    );
    writeFileSync(`${path}.1`, amendmentLines(['A', 'comment', `${CANARY} "older"`], ['B', 'cost', '0.1']));
    const cut = amendmentLines(['A', 'comment', CANARY]).slice(AMENDMENT_HEADER_LINE.length, -10);
    writeFileSync(home.path('chat_logs.amendments.20260101T000000000Z.torn'), cut);
    expect(erase('--id', 'A').status).toBe(0);
    expect(erase('--id', 'A').status).toBe(0);
    expect(everything().split(CANARY)).toHaveLength(3);
    expect(amendments().map(({ id, field, value }) => [id, field, value])).toEqual([
      ['A', 'comment', ''],
      ['A', 'score', '1'],
      ['B', 'comment', 'kept'],
      ['A', 'erased_at', expect.stringMatching(INSTANT)],
    ]);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(
      amendmentLines(['A', 'comment', ''], ['B', 'cost', '0.1']),
    );
    expect(home.names()).toEqual(['chat_logs.amendments.csv', 'chat_logs.amendments.csv.1', 'chat_logs.csv']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('with --dry-run says what it would do, and does nothing, also while the service runs', async () => {
    const service = await LogProcess.start({ path: home.log });
    await service.append(2);
    const before = readFileSync(home.log);
    const { status, stdout } = run('--dry-run', '--before', '2100-01-01');
    expect([status, stdout]).toEqual([0, `${home.log}: 2 rows to erase\n`]);
    await service.stop();
    expect(readFileSync(home.log)).toEqual(before);
    expect(home.names()).toEqual(['chat_logs.csv']);
  });

  it('erases nothing where nobody can confirm it', () => {
    writeFileSync(home.log, logOf('A'));
    const { status, stderr } = run('--id', 'A');
    expect(status).toBe(1);
    expect(stderr).toContain('--yes');
    expect(readFileSync(home.log, 'utf8')).toBe(logOf('A'));
  });

  it.each([
    ['y', 0, 'chat_logs.amendments.csv,chat_logs.csv'],
    ['n', 1, 'chat_logs.csv'],
  ])('asks in a terminal, and takes %s', (answer, exitCode, names) => {
    writeFileSync(home.log, logOf('A'));
    const line = `${process.execPath} ${ERASE} --id A --file ${home.log}`;
    const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
      input: `${answer}\n`,
      encoding: 'utf8',
    });
    expect(stdout).toContain('1 row to erase');
    expect(stdout).toContain('[y/N]');
    expect([status, home.names().join()]).toEqual([exitCode, names]);
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
      const child = spawn(process.execPath, [ERASE, '--yes', '--before', '2100-01-01', '--file', home.log]);
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
    expect(home.names()).toEqual(['chat_logs.amendments.csv', 'chat_logs.csv']);
    expect(new Set(amendments().map(({ id }) => id)).size).toBe(30_000);
    expect(amendments()).toHaveLength(30_000);
    expect(readRows(home.log)).toHaveLength(30_000);
  });
});
