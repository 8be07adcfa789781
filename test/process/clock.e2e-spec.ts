import { writeFile } from 'node:fs/promises';
import { fakeClock, withFakeTime } from '../support/fake-clock.js';
import { expectSoundLog } from '../support/invariants.js';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';

describe('A wall clock that jumps', () => {
  withFakeTime.each(['-1h', '+1h', '+12y'])(
    'P5 by %s in the middle of a chat: no time is measured by it',
    async (jump) => {
      const clock = `/tmp/parley-clock-${process.pid}`;
      await writeFile(clock, '+0');
      const service = await ServiceChild.start({
        env: {
          ...fakeClock(clock),
          FIRST_TOKEN_TIMEOUT_MS: '3000',
        },
      });
      try {
        service.emulator.configure({ firstTokenMs: 300 });
        const running = service.chat();
        await until('the chat is under way', () => service.emulator.stats().total.open === 1);
        await writeFile(clock, jump);
        const { latency, attempts } = (await (await running).json()) as { latency: number; attempts: number };
        expect(attempts).toBe(1);
        expect(latency).toBeGreaterThanOrEqual(0.3);
        expect(latency).toBeLessThan(3);
        expect((await service.chat()).status).toBe(200);
        const [first, second] = await expectSoundLog(service.logPath);
        expect(Math.abs(Date.parse(second!.timestamp!) - Date.parse(first!.timestamp!))).toBeGreaterThan(
          3_000_000,
        );
      } finally {
        await service.dispose();
      }
    },
  );
});
