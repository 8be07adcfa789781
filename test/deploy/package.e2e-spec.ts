import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CLI = resolve('dist/cli.js');
const parley = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });

/** Needs `npm run build`, as all tests do that start the programs. */
describe('The package', () => {
  it('holds the built programs and what it takes to run them, and neither sources nor tests', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    for (const path of ['dist/cli.js', 'dist/main.js', 'dist/emulator/demo.js', 'LICENSE', 'README.md'])
      expect(paths).toContain(path);
    expect(paths.filter((path) => /^(src|test|\.env$)|\.map$|\.csv$/.test(path))).toEqual([]);
  });

  it('has a command for every script that starts a program', () => {
    const { status, stdout } = parley('--help');
    const commands = /^Commands: (.*)$/m.exec(stdout)?.[1]?.split(', ') ?? [];
    expect(status).toBe(0);
    expect(commands).toEqual(expect.arrayContaining(['serve', 'demo', 'stats', 'logs']));
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const command of commands) {
      const script = scripts[command === 'serve' ? 'start' : command] ?? '';
      expect(existsSync(join('.', /dist\/\S+\.js/.exec(script)?.[0] ?? 'nowhere'))).toBe(true);
    }
  });

  it('passes on what follows the command', () => {
    expect(parley('stats', '--help').stdout).toContain('Usage: npm run stats');
  });

  it('starts the service', () => {
    const env = { PATH: process.env.PATH, OPENROUTER_API_KEY: '' };
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'serve'], { encoding: 'utf8', env });
    expect(status).toBe(1);
    expect(stderr).toContain('OPENROUTER_API_KEY');
  });

  it('does not know other commands', () => {
    const { status, stderr } = parley('dance');
    expect(status).toBe(2);
    expect(stderr).toContain('There is no command dance.');
  });
});
