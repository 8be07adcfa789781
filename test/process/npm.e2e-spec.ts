import { appendFileSync } from 'node:fs';
import { Checkout } from '../support/checkout.js';
import { until } from '../support/until.js';

const URL_OF_SERVICE = /http:\/\/127\.0\.0\.1:\d+/;
const START_TIMEOUT_MS = 60_000;

/** Is nobody left who listens there? npm ends when its program does, so this is soon so, or never. */
function expectGone(url: string): Promise<void> {
  const isGone = (): Promise<boolean> =>
    fetch(url).then(
      () => false,
      () => true,
    );
  return until('the service is gone', isGone, 2_000);
}

/** In this order: each finds what the one before has left. */
describe('npm in a fresh clone', () => {
  let checkout: Checkout;
  beforeAll(() => (checkout = new Checkout()));
  afterAll(() => {
    checkout.remove();
  });

  it('start before a build says in one line what to do', () => {
    const { status, output } = checkout.npm('--silent', 'start');
    expect([status, output]).toEqual([1, 'Parley is not built yet. Run: npm run build\n']);
  });

  it(
    'SIGTERM to npm run demo ends emulator and service',
    async () => {
      const demo = checkout.start(['run', 'demo'], {});
      await demo.says(/\/docs/, START_TIMEOUT_MS);
      const url = await demo.says(URL_OF_SERVICE, START_TIMEOUT_MS);
      expect((await fetch(`${url}/health`)).status).toBe(200);
      await demo.end('SIGTERM');
      await expectGone(url);
    },
    2 * START_TIMEOUT_MS,
  );

  it.each(['SIGTERM', 'SIGINT'] as const)('%s to npm start ends the service', async (signal) => {
    const service = checkout.start(['start'], {
      OPENROUTER_API_KEY: 'sk-or-none',
      PORT: '0',
      CHAT_LOG_PATH: checkout.path('chat_logs.csv'),
    });
    await service.says(/Listening on/, START_TIMEOUT_MS);
    const url = await service.says(URL_OF_SERVICE, START_TIMEOUT_MS);
    await service.end(signal);
    await expectGone(url);
    expect(service.output).toContain('"Stopped"');
    expect(checkout.has('chat_logs.csv.lock')).toBe(false);
  });

  it(
    'a build that fails leaves nothing that starts',
    () => {
      appendFileSync(checkout.path('src/main.ts'), '\nconst wrong: number = "no number";\n');
      expect(checkout.npm('run', 'build')).toMatchObject({ status: 1 });
      expect(checkout.has('dist/main.js')).toBe(false);
      expect(checkout.npm('start').status).toBe(1);
    },
    START_TIMEOUT_MS,
  );
});
