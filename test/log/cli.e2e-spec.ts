import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatRow, HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import { LogFolder } from '../support/log-folder.js';
import { sampleRow } from '../support/log-rows.js';

let home: LogFolder;

beforeEach(() => {
  home = new LogFolder();
});

afterEach(() => {
  home.remove();
});

function run(program: string, ...args: string[]) {
  const path = join(process.cwd(), `dist/logging/cli/${program}.js`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], {
    cwd: home.folder,
    env: { ...process.env, CHAT_LOG_PATH: home.log },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const write = (...rows: Parameters<typeof sampleRow>[0][]) => {
  writeFileSync(home.log, HEADER_LINE + rows.map((row) => formatRow(sampleRow(row)).toString()).join(''));
};

describe.each([
  ['stats', []],
  ['query', ['select 1']],
  ['erase', ['--id', 'A']],
])('%s', (program, args) => {
  it.each(['--help', '-h'])('explains itself on %s', (help) => {
    const { status, stdout, stderr } = run(program, help);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('npm run ');
    expect(stdout).toContain('--file');
  });

  it('says where it looked for a log in vain', () => {
    expect(run(program, ...args, '--file', '/nope/nope.csv')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'There is no log at /nope/nope.csv\n',
    });
  });

  it('explains itself for an option that it does not know', () => {
    const { status, stderr } = run(program, '--colour');
    expect(status).toBe(2);
    expect(stderr).toContain('npm run ');
    expect(stderr).not.toContain('    at ');
  });
});

describe("the demo's log", () => {
  const runHere = (program: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(process.cwd(), `dist/logging/cli/${program}.js`), ...args], {
      cwd: home.folder,
      env: { ...process.env, CHAT_LOG_PATH: '' },
      encoding: 'utf8',
    });

  it('is found where only that exists, and said to be it', () => {
    writeFileSync(home.path('demo_chat_logs.csv'), HEADER_LINE + formatRow(sampleRow()).toString());
    const demo = runHere('stats', '--json');
    expect([demo.status, demo.stderr]).toEqual([0, expect.stringContaining("this is the demo's")]);
    expect(JSON.parse(demo.stdout)).toMatchObject({ total: { count: 1 } });
    expect(runHere('stats', '--file', 'chat_logs.csv').status).toBe(1);
    write();
    expect(runHere('stats', '--json').stderr).toBe('');
  });
});

describe('SQL in a terminal', () => {
  it('shows no digits in which doubles are wrong, and hands them to programs', () => {
    write({ cost: 1.3319999999999999 });
    expect(run('query', 'select cost from logs').stdout).toContain('1.332\n');
    expect(run('query', 'select cost from logs', '--json').stdout).toBe('{"cost":1.3319999999999999}\n');
  });

  it.each([
    [[], '[1,2]'],
    [['--csv'], '"[1,2]"'],
    [['--json'], '{"list":[1,2]}'],
  ])('shows lists %j', (format, expected) => {
    write({});
    expect(run('query', 'select [1::bigint, 2] as list', ...format).stdout).toContain(expected);
  });

  it('warns in one plain line, apart from the answer', () => {
    write({});
    writeFileSync(`${home.log}.1`, 'a,b\n1,2\n');
    const { status, stdout, stderr } = run('query', 'select count(*) as n from logs', '--json');
    expect([status, stdout]).toEqual([0, '{"n":1}\n']);
    const warning = 'is no log that can be read (other columns, or compressed) and is in no answer';
    expect(stderr).toBe(`${home.log}.1: ${warning}\n`);
  });

  it('says what is wrong with a statement, and no more', () => {
    write({});
    const { status, stderr } = run('query', 'selec');
    expect(status).toBe(1);
    expect(stderr).toContain('syntax error');
    expect(stderr).not.toContain('npm run');
  });
});
