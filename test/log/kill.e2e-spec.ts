import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectEachOnce, LogFolder, readRows } from '../support/log-folder.js';
import { LogProcess } from '../support/log-process.js';

/** How often each case is killed. `LOG_KILLS=25 npx jest --config test/jest.config.js test/log/kill` for 100 kills in all. */
const KILLS = Number(process.env.LOG_KILLS ?? 5);
/** Of five kills in the middle of a large write about two tear it. */
const MOST_KILLS = 5 * KILLS;
const LONGEST_MS = 300;
const LARGE = 1_000_000;
/** A write of large rows takes milliseconds: a poll without pause sees the file grow in the middle of it. */
const MIDDLE_WITHIN_MS = 500;

const cases = (['write', 'fsync'] as const).flatMap((durability) =>
  [300, LARGE].map((size) => ({ durability, size })),
);

describe('SIGKILL at random moments under load', () => {
  it.each(cases)(
    'L11 P4 $durability, rows of $size bytes: every acknowledged row is there once, the next start is clean',
    async ({ durability, size }) => {
      const total = { kills: 0, acknowledged: 0, found: 0, torn: 0 };
      const isEnough = () => total.kills >= KILLS && (size !== LARGE || total.torn > 0);
      while (!isEnough() && total.kills < MOST_KILLS) {
        const run = await killOnce(durability, size);
        total.kills++;
        total.acknowledged += run.acknowledged;
        total.found += run.found;
        total.torn += run.torn;
      }
      if (size === LARGE) expect(total.torn).toBeGreaterThan(0);
      process.stdout.write(`L11 ${durability}, ${size} bytes: ${JSON.stringify(total)}, 0 lost, 0 twice\n`);
    },
    20_000 + MOST_KILLS * 10_000,
  );
});

/** Holds the event loop: a turn of it may take longer than the write. */
function untilFileGrows(path: string): void {
  const { size } = statSync(path);
  const end = Date.now() + MIDDLE_WITHIN_MS;
  while (statSync(path).size === size && Date.now() < end);
}

async function killOnce(durability: 'write' | 'fsync', size: number) {
  const home = new LogFolder();
  try {
    const killed = await LogProcess.start({ path: home.log, durability });
    killed.load(8, size);
    await killed.until(() => killed.acks.length > 0);
    await sleep(Math.random() * LONGEST_MS);
    if (size === LARGE) untilFileGrows(home.log);
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
