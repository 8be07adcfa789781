import { createServer, type AddressInfo } from 'node:net';
import { CANARY_KEY } from '../support/test-app.js';
import { ServiceChild } from '../support/service-child.js';

/** What a start that cannot be says. */
async function refusal(env: Record<string, string | undefined>): Promise<string> {
  const service = await ServiceChild.spawn({ env });
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
    ['P9 no folder for the log', { CHAT_LOG_PATH: '/nonexistent/x.csv' }, '/nonexistent'],
  ])('%s', async (_name, env, expected) => {
    const said = await refusal(env);
    expect(said).toContain(expected);
    expect(said).not.toContain('secret');
  });

  it('P9 a port in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toContain(`port ${port} on 127.0.0.1 is in use`);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('A10 an operator who says so may listen to all', async () => {
    const service = await ServiceChild.start({ env: { HOST: '0.0.0.0', ALLOW_INSECURE: '1' } });
    await service.dispose();
  });
});
