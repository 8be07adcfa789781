import { setTimeout as sleep } from 'node:timers/promises';
import { expectEachOnce, LogFolder, readRows } from '../support/log-folder.js';
import { LogProcess } from '../support/log-process.js';

/** How often each case is killed. `LOG_KILLS=25 npx jest --config test/jest.config.js test/log-kill` for 100 kills in all. */
const KILLS = Number(process.env.LOG_KILLS ?? 2);
const LONGEST_MS = 300;

const cases = (['write', 'fsync'] as const).flatMap((durability) =>
  [300, 1_000_000].map((size) => ({ durability, size })),
);

describe('SIGKILL at random moments under load', () => {
  it.each(cases)(
    'L11 P4 $durability, rows of $size bytes: every acknowledged row is there once, the next start is clean',
    async ({ durability, size }) => {
      const total = { kills: 0, acknowledged: 0, found: 0, torn: 0 };
      for (let n = 0; n < KILLS; n++) {
        const run = await killOnce(durability, size);
        total.kills++;
        total.acknowledged += run.acknowledged;
        total.found += run.found;
        total.torn += run.torn;
      }
      process.stdout.write(`L11 ${durability}, ${size} bytes: ${JSON.stringify(total)}, 0 lost, 0 twice\n`);
    },
    20_000 + KILLS * 10_000,
  );
});

async function killOnce(durability: 'write' | 'fsync', size: number) {
  const home = new LogFolder();
  try {
    const killed = await LogProcess.start({ path: home.log, durability });
    killed.load(8, size);
    await killed.until(() => killed.acks.length > 0);
    await sleep(Math.random() * LONGEST_MS);
    await killed.kill();

    const next = await LogProcess.start({ path: home.log, durability });
    await next.append(1);
    await next.stop();
    const rows = readRows(home.log);
    expectEachOnce(
      rows.map(({ id }) => id!),
      [...killed.ids, ...next.ids],
    );
    const torn = home.names().filter((name) => name.endsWith('.torn')).length;
    expect(next.lines).toHaveLength(torn);
    return { acknowledged: killed.ids.length, found: rows.length - 1, torn };
  } finally {
    home.remove();
  }
}
