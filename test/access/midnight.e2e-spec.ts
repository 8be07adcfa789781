import { writeFile } from 'node:fs/promises';
import { fakeClock, withFakeTime } from '../support/fake-clock.js';
import { json, type Json } from '../support/json.js';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';

/** Seconds from now to the next midnight in UTC. */
const toMidnight = (): number => Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 1000);

describe('A budget by the day, at midnight', () => {
  withFakeTime('B8 each call counts on the day on which it began', async () => {
    const clock = `/tmp/parley-midnight-${process.pid}`;
    const midnight = toMidnight();
    await writeFile(clock, `+${midnight - 60}`);
    const service = await ServiceChild.start({
      env: {
        ...fakeClock(clock),
        ADMIN_KEY: ADMIN,
        CATALOGUE_REFRESH_MS: '1000',
      },
    });
    const { emulator, url } = service;
    const ask = (path: string, key: unknown, body?: Json): Promise<Response> =>
      fetch(url + path, {
        method: body ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${String(key)}` },
        ...(body && { body: JSON.stringify(body) }),
      });
    try {
      emulator.model(LLAMA, { promptPrice: '0', completionPrice: '0.01' });
      emulator.answer(LLAMA, { text: 'ten cents', completionTokens: 10, cost: 0.1 });
      await until('the price is known', async () =>
        (await (await ask('/models', ADMIN)).text()).includes('10000'),
      );
      const { key } = await json(await ask('/keys', ADMIN, { name: 'alice', budget: '0.2/day' }));
      const chat = (): Promise<Response> =>
        ask('/chat', key, { model: 'llama', prompt: 'Say something.', max_tokens: 10 });
      const budget = async (): Promise<Json> =>
        ((await json(await ask('/keys/me', key))).usage as Json).budget as Json;
      emulator.script(LLAMA, [{ kind: 'normal', firstTokenMs: 3_000 }]);
      const overnight = chat();
      await until('it is under way', () => emulator.stats().total.open === 1);
      expect(await budget()).toMatchObject({ spent: 0, held: 0.1 });
      await writeFile(clock, `+${midnight + 60}`);
      expect(await budget()).toMatchObject({ spent: 0, held: 0 });
      expect([(await chat()).status, (await chat()).status]).toEqual([200, 200]);
      expect((await overnight).status).toBe(200);
      expect(await budget()).toMatchObject({ spent: 0.2, held: 0 });
      expect((await chat()).status).toBe(402);
      const days = (await service.rows()).map(({ timestamp = '' }) => timestamp.slice(0, 10)).sort();
      expect(new Set(days).size).toBe(2);
      expect(days).toEqual([days[0], days[2], days[2]]);
    } finally {
      await service.dispose();
    }
  });
});
