import { ServiceChild } from '../support/service-child.js';

describe('H11.3: in a small heap, what bodies become in memory', () => {
  let service: ServiceChild;

  beforeAll(async () => {
    service = await ServiceChild.start({
      // As `npm start` has it; the heap's limit that Node tells includes this.
      nodeArguments: ['--max-old-space-size=96', '--max-semi-space-size=32'],
      env: { MISTRAL_UPSTREAM: 'mistralai/ministral-8b-2512' },
    });
    service.emulator.always('*', { kind: 'normal', firstTokenMs: 500 });
  });
  afterAll(() => service.dispose());

  it.each([
    // One character of four bytes, and the whole text has two bytes for each.
    ['200 prompts of a million quotes', 200, `${'"'.repeat(999_990)}😀`],
    ['200 prompts of 1 MB of which one character is not Latin', 200, `${'x'.repeat(999_990)}😀`],
    ['1000 prompts of 60 kB', 1000, `${'x'.repeat(60_000)}😀`],
  ])(
    'H11.3: %s at once are answered or refused',
    async (_what, count, prompt) => {
      const statuses = await Promise.all(
        Array.from({ length: count }, async () => {
          const response = await service.chat({ model: 'mistral', prompt }).catch(() => undefined);
          await response?.arrayBuffer().catch(() => undefined);
          return response?.status;
        }),
      );
      // 400: the model takes no more than so many tokens.
      expect(statuses.filter((status) => status === 200 || status === 400)).not.toEqual([]);
      expect(service.errors).not.toContain('heap out of memory');
      expect(service.hasExited).toBe(false);
    },
    60_000,
  );

  it('H11.3: has given all room back', async () => {
    const response = await service.chat({ model: 'mistral', prompt: 'x'.repeat(500_000) });
    expect(response.status).toBe(200);
  });
});
