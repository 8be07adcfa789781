import { chmod, mkdtemp, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysProgram, type ProgramEnd } from '../support/keys-program.js';
import { ServiceChild } from '../support/service-child.js';
import { CANARY_KEY } from '../support/test-app.js';
import { until } from '../support/until.js';

const KEY = /^parley_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}\n$/;
const ADMIN = 'admin-canary-0123456789-0123456789';

describe('npm run keys, beside a running service', () => {
  let service: ServiceChild;

  const run = (...args: string[]): Promise<ProgramEnd> => keysProgram(service.folder, args);
  const created = async (...args: string[]): Promise<{ id: string; key: string }> => {
    const { code, output, errors } = await run('create', ...args);
    expect(code).toBe(0);
    const [, id = ''] = KEY.exec(output) ?? [];
    expect(errors).toContain(id);
    expect(errors).not.toContain(output.trim());
    return { id, key: output.trim() };
  };
  const status = async (key?: string): Promise<number> => {
    const headers = key === undefined ? undefined : { authorization: `Bearer ${key}` };
    return (await fetch(`${service.url}/models`, headers && { headers })).status;
  };
  const becomes = (wanted: number, key?: string, withinMs = 1_000): Promise<void> =>
    until(`${wanted} is the answer`, async () => (await status(key)) === wanted, withinMs);
  const keysPath = (): string => join(service.folder, 'chat_keys.json');

  beforeEach(async () => {
    service = await ServiceChild.start();
  });
  afterEach(() => service.dispose());

  it('makes the first key: within a second everybody needs one, without a restart', async () => {
    expect(await status()).toBe(200);
    const { key } = await created('--name', 'alice');
    await becomes(401);
    await becomes(200, key);
    expect((await stat(keysPath())).mode & 0o777).toBe(0o600);
  });

  it('warns of a model that there is not, and makes the key', async () => {
    const { code, output, errors } = await run('create', '--name', 'alice', '--models', 'llama,nope');
    expect([code, errors.split('\n')[0]]).toEqual([
      0,
      'Warning: there is no model nope here. Known models: llama, mistral.',
    ]);
    expect(output).toMatch(KEY);
    expect((await run('list')).output).toContain('active');
    expect((await run('create', '--name', 'bob', '--models', 'llama')).errors).not.toContain('Warning');
  });

  it('lists, rotates with and without grace, and revokes', async () => {
    const { id, key } = await created('--name', 'alice', '--models', 'llama', '--budget', '5/day');
    const { output: listed } = await run('list');
    expect(listed).toContain(id);
    expect(listed).toContain('5/day');
    const second = (await run('rotate', id, '--grace', '2s')).output.trim();
    await becomes(200, second);
    expect(await status(key)).toBe(200);
    await becomes(401, key, 3_000);
    const third = (await run('rotate', id, '--grace', '0')).output.trim();
    await becomes(401, second);
    await becomes(200, third);
    expect((await run('revoke', id)).code).toBe(0);
    await becomes(401, third);
    // The last one: the door stays shut.
    expect(await status()).toBe(401);
    expect((await run('list')).output).toContain('revoked');
  });

  it('makes keys that expire by themselves', async () => {
    const { key } = await created('--name', 'brief', '--expires', new Date(Date.now() + 2_000).toISOString());
    await becomes(200, key);
    await becomes(401, key, 4_000);
  });

  it('B10 a file that is damaged while the service runs changes nothing, and one line says so', async () => {
    const { key } = await created('--name', 'alice');
    await becomes(401);
    const whole = await readFile(keysPath());
    const aside = `${keysPath()}.aside`;
    const damages: [string, () => Promise<unknown>][] = [
      ['empty', () => writeFile(keysPath(), '')],
      ['torn', () => writeFile(keysPath(), whole.subarray(0, whole.length / 2))],
      ['foreign', () => writeFile(keysPath(), '{"keys": []}')],
      ['readable by others', () => chmod(keysPath(), 0o644)],
      [
        'a link',
        async () => {
          await rename(keysPath(), aside);
          await symlink(aside, keysPath());
        },
      ],
    ];
    for (const [damage, cause] of damages) {
      const before = service.lines.filter(({ level }) => level === 50).length;
      const lines = (): number => service.lines.filter(({ level }) => level === 50).length - before;
      await cause();
      await until(`a line about what is ${damage}`, () => lines() > 0);
      expect([damage, await status(key), await status()]).toEqual([damage, 200, 401]);
      // Nor does the program touch it.
      const content = await readFile(keysPath());
      const refused = await run('create', '--name', 'bob');
      expect([damage, refused.code > 0, refused.output]).toEqual([damage, true, '']);
      expect(refused.errors).toContain(keysPath());
      expect(await readFile(keysPath())).toEqual(content);
      expect([damage, lines()]).toEqual([damage, 1]);
      // Back to what it was.
      const draft = `${keysPath()}.good`;
      await writeFile(draft, whole, { mode: 0o600 });
      await rename(draft, keysPath());
      await until('it is read again', () => service.lines.at(-1)?.msg === 'The keys have been read again');
    }
    expect(await status(key)).toBe(200);
  });

  it('B10 a damaged file stops the start, and is left as it is', async () => {
    await created('--name', 'alice');
    const torn = (await readFile(keysPath())).subarray(0, 100);
    const path = join(service.folder, 'torn.json');
    await writeFile(path, torn, { mode: 0o600 });
    const other = await ServiceChild.spawn({ env: { CHAT_KEYS_PATH: path } });
    await other.exited(15_000);
    expect([other.exitCode, other.output]).toEqual([1, '']);
    expect(other.errors).toContain(path);
    expect(await readFile(path)).toEqual(torn);
    await other.dispose();
  });
});

describe('npm run keys', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-keys-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [['create'], '--name'],
    [['create', '--name', 'x', '--budget', '5/week'], '--budget'],
    [['create', '--name', 'x', '--rpm', '-1'], '--rpm'],
    [['create', '--name', 'x', '--role', 'root'], '--role'],
    [['create', '--name', 'x', '--expires', 'tomorrow'], '--expires'],
    [['revoke', 'nobodynobody'], 'nobodynobody'],
    [['rotate'], 'one id'],
    [['shred'], 'shred'],
  ])('refuses %j with a line that says why, and makes nothing', async (args, said) => {
    const { code, output, errors } = await keysProgram(folder, args);
    expect(code).toBeGreaterThan(0);
    expect(output).toBe('');
    expect(errors).toContain(said);
    expect(await readdir(folder)).not.toContain('chat_keys.json');
  });
});

it('A7 A8 a secret appears nowhere but in the terminal that made it', async () => {
  const service = await ServiceChild.start({ env: { ADMIN_KEY: ADMIN, LOG_LEVEL: 'trace' } });
  const made = (await keysProgram(service.folder, ['create', '--name', 'alice'])).output.trim();
  const ask = (path: string, key: string, init: RequestInit = {}): Promise<Response> =>
    fetch(service.url + path, {
      ...init,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-api-key': key },
    });
  const send = (path: string, key: string, body: unknown, method = 'POST'): Promise<Response> =>
    ask(path, key, { method, body: typeof body === 'string' ? body : JSON.stringify(body) });
  await until('the key is known', async () => (await ask('/models', made)).status === 200);
  const issued = (await (await send('/keys', ADMIN, { name: 'bob' })).json()) as { id: string; key: string };
  const secrets = [made, issued.key].map((key) => key.slice(20)).concat(ADMIN, CANARY_KEY);

  const replies: Response[] = [];
  for (const key of [made, issued.key, ADMIN]) {
    for (const path of ['/', '/models', '/v1/models', '/logs', '/logs/stats', '/logs/export?format=raw'])
      replies.push(await ask(path, key));
    for (const path of ['/health/ready', '/docs-json', '/keys/me', '/keys', '/nothing', '/v1/nothing'])
      replies.push(await ask(path, key));
    for (const body of [{ model: 'llama', prompt: 'Hi' }, { model: 'nobody', prompt: 'Hi' }, '{', { a: 1 }])
      for (const path of ['/chat', '/v1/chat/completions']) replies.push(await send(path, key, body));
    service.emulator.script('meta-llama/llama-3.1-8b-instruct', [{ kind: 'status', status: 401 }]);
    replies.push(await send('/chat', key, { model: 'llama', prompt: 'Hi' }));
    replies.push(await send('/chat', `${key}x`, { model: 'llama', prompt: 'Hi' }));
    replies.push(await send('/keys/nobodynobody', key, { rpm: 5 }, 'PATCH'));
  }
  const texts = await Promise.all(
    replies.map(async (reply) => JSON.stringify([...reply.headers]) + (await reply.text())),
  );
  const seen = [...texts, JSON.stringify(service.emulator.requests())];
  service.signal('SIGTERM');
  await service.exited();
  seen.push(service.output, service.errors);
  for (const name of await readdir(service.folder, { recursive: true, withFileTypes: true }))
    if (name.isFile()) seen.push(await readFile(join(name.parentPath, name.name), 'latin1'));
  expect(replies.length).toBeGreaterThan(60);
  for (const secret of secrets) expect(seen.filter((text) => text.includes(secret))).toEqual([]);
  await service.dispose();
});
