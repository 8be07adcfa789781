import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { CANARY_KEY } from '../support/test-app.js';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';

/** What a start that cannot be says. */
async function refusal(env: Record<string, string | undefined>, shell?: string): Promise<string> {
  const service = await ServiceChild.spawn({ env, ...(shell !== undefined && { shell }) });
  try {
    await service.exited(15_000);
    expect(service.exitCode).toBe(1);
    expect(service.output).toBe('');
    expect(service.errors).not.toContain(CANARY_KEY);
    expect(service.errors).toMatch(/^parley cannot start: [^\n]+\n$/);
    return service.errors;
  } finally {
    await service.dispose();
  }
}

describe('A start that cannot be ends with one line and code 1', () => {
  it.each([
    [
      'A33 P9 a word for a number',
      { TOTAL_TIMEOUT_MS: 'abc-secret' },
      'TOTAL_TIMEOUT_MS must be a whole number',
    ],
    ['P9 no key', { OPENROUTER_API_KEY: undefined }, 'OPENROUTER_API_KEY must be set'],
    ['A10 an address that others reach', { HOST: '0.0.0.0' }, 'ALLOW_INSECURE=1'],
    [
      'P9 a host that is not here',
      { HOST: '192.0.2.1', ALLOW_INSECURE: '1' },
      'not an address of this machine',
    ],
    [
      'P9 white space in the key',
      { OPENROUTER_API_KEY: 'sk-secret or' },
      'OPENROUTER_API_KEY must be printable',
    ],
    [
      'P9 a newline in the key',
      { OPENROUTER_API_KEY: 'sk-secret\nor' },
      'OPENROUTER_API_KEY must be printable',
    ],
    ['P9 a control character in the key', { OPENROUTER_API_KEY: 'sk-secret\u0007' }, 'printable ASCII'],
    ['P9 a foreign letter in the key', { OPENROUTER_API_KEY: 'sk-secrét' }, 'printable ASCII'],
    ['P9 Bearer before the key', { OPENROUTER_API_KEY: 'Bearer sk-secret' }, 'without `Bearer` in front'],
    [
      'P9 quotes around the key',
      { OPENROUTER_API_KEY: '"sk-secret"' },
      'OPENROUTER_API_KEY must not have quotes',
    ],
    [
      'P9 a quote before the key',
      { OPENROUTER_API_KEY: "'sk-secret" },
      'OPENROUTER_API_KEY must not have quotes',
    ],
    [
      'P9 no folder for the log',
      { CHAT_LOG_PATH: '/nonexistent/x.csv' },
      'CHAT_LOG_PATH: cannot open the chat log /nonexistent/x.csv: ENOENT: no such file or directory. Its folder must exist',
    ],
  ])('%s', async (_name, env, expected) => {
    const said = await refusal(env);
    expect(said).toContain(expected);
    expect(said).not.toContain('secret');
  });

  it('P9 a .env that is a directory', async () => {
    expect(await refusal({}, 'mkdir .env; exec "$@"')).toContain('.env cannot be read: it is a directory');
  });

  it('P9 a .env that leads nowhere', async () => {
    expect(await refusal({}, 'ln -s .env .env; exec "$@"')).toContain('.env cannot be read');
  });

  it('P9 a port in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toContain(`port ${port} on 127.0.0.1 is in use`);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('takes a key with white space around it, as files have it', async () => {
    const service = await ServiceChild.start({ env: { OPENROUTER_API_KEY: ` ${CANARY_KEY}\r\n` } });
    expect((await service.chat()).status).toBe(200);
    await service.dispose();
  });

  it('warns of a variable that is not ours but looks like it', async () => {
    const service = await ServiceChild.start({ env: { MISTRAL_UPSTREM: 'a/b', SOMETHING_ELSE: '1' } });
    const warned = service.lines.filter(({ msg }) => String(msg).includes('Did you mean'));
    expect(warned).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'MISTRAL_UPSTREM is not a variable of this service. Did you mean MISTRAL_UPSTREAM?',
      }),
    ]);
    await service.dispose();
  });

  it('LOG_LEVEL leaves out what is less grave', async () => {
    const service = await ServiceChild.spawn({ env: { LOG_LEVEL: 'error' } });
    await until('it has its log', () => existsSync(service.logPath), 15_000);
    service.signal('SIGTERM');
    await service.exited();
    expect([service.exitCode, service.output]).toEqual([0, '']);
    await service.dispose();
  });

  it('writes text for people where standard output is a terminal', async () => {
    const service = await ServiceChild.start({ shell: 'exec script -qec "$*" /dev/null' });
    try {
      expect((await service.chat()).status).toBe(200);
      await until('its line is there', () => service.output.includes('attempts'));
      expect(service.output).toMatch(/INFO.*Chat/);
      expect(service.output).toMatch(/^ +.*requestId.*: "\w+"\r?$/m);
      expect(service.output).not.toContain('{"level"');
      service.signal('SIGTERM');
      await service.exited();
    } finally {
      await service.dispose();
    }
  });

  it('A10 an operator who says so may listen to all', async () => {
    const service = await ServiceChild.start({ env: { HOST: '0.0.0.0', ALLOW_INSECURE: '1' } });
    await service.dispose();
  });
});
