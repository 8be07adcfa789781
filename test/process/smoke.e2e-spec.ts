import { json } from '../support/json.js';
import { ServiceChild } from '../support/service-child.js';

describe('dist/main.js', () => {
  let service: ServiceChild;

  afterEach(() => service.dispose());

  it('starts, reads .env, answers, logs, and ends with 0', async () => {
    service = await ServiceChild.start({
      env: { OPENROUTER_API_KEY: undefined },
      shell: 'echo "OPENROUTER_API_KEY=from-dot-env" > .env; exec "$@"',
    });
    const response = await service.chat();
    const reply = await json(response);
    expect(response.status).toBe(200);
    expect((await service.rows()).map(({ id }) => id)).toEqual([reply.id]);
    service.signal('SIGTERM');
    await service.exited();
    expect(service.exitCode).toBe(0);
    expect(service.output + service.errors).not.toContain('from-dot-env');
  });

  it.each<[Record<string, string | undefined>, ...string[]]>([
    [{ OPENROUTER_API_KEY: undefined }, 'OPENROUTER_API_KEY must be set', 'npm run demo'],
    [{ PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535'],
    [{ IDLE_TIMEOUT_MS: '-1' }, 'IDLE_TIMEOUT_MS must be a whole number'],
    [{ OPENROUTER_BASE_URL: 'ftp://secret-value' }, 'OPENROUTER_BASE_URL must be'],
    [{ LLAMA_UPSTREAM: 'secret value' }, 'LLAMA_UPSTREAM must be a comma-separated list'],
  ])('A33: with %j it exits 1 with one line that names the rule, never the value', async (env, ...texts) => {
    service = await ServiceChild.spawn({ env });
    await service.exited();
    expect(service.exitCode).toBe(1);
    const output = service.output + service.errors;
    for (const text of texts) expect(output).toContain(text);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).not.toContain('secret');
  });
});
