import { readFile } from 'node:fs/promises';
import { DrainService } from '../../src/common/drain/drain.service.js';
import { readRows, type CsvRow } from './read-rows.js';
import { CANARY_KEY, type TestApp } from './test-app.js';
import { until } from './until.js';

/** Of a reply to a chat, what the invariants look at. */
export interface SeenReply {
  readonly status: number;
  /** Headers and body. */
  readonly text: string;
  /** Ours: X-Request-Id, where the client sent none of its own. */
  readonly id: string;
  readonly accepted: boolean;
}

/**
 * What has to hold whatever went wrong (faults.md section 5): I1 one row for each accepted request, I2 a log that
 * parses strictly, I3 no secret anywhere, I4 a service that is alive, I5 nothing left open, I7 no negative time.
 * `replies` are all since the start; `leavers` counts requests whose clients did not wait for one.
 */
export async function expectInvariants(
  service: TestApp,
  replies: readonly SeenReply[],
  leavers = 0,
): Promise<void> {
  await expectNothingOpen(service);
  expect((await service.get('/health/live')).status).toBe(200);
  const rows = await expectSoundLog(service.logPath);
  expectRowsFor(rows, replies, leavers);
  const said = JSON.stringify([replies, rows, service.log.entries]);
  expect(said).not.toContain(CANARY_KEY);
}

async function expectNothingOpen(service: TestApp): Promise<void> {
  await until('no chat is under way', () => service.app.get(DrainService).active === 0);
  await until('the upstream is left alone', () => service.emulator.stats().total.open === 0);
}

/** I2 and I7, for a log that nobody writes to at the moment. */
export async function expectSoundLog(path: string): Promise<CsvRow[]> {
  const bytes = await readFile(path);
  expect(bytes.includes(CANARY_KEY)).toBe(false);
  expect(bytes.subarray(-2).toString()).toBe('\r\n');
  expect(bytes.toString('latin1').split('"').length % 2).toBe(1);
  const rows = await readRows(path);
  for (const { latency, ttft } of rows) {
    expect(Number(latency)).toBeGreaterThanOrEqual(0);
    if (ttft !== '') expect(Number(ttft)).toBeLessThanOrEqual(Number(latency));
  }
  return rows;
}

function expectRowsFor(rows: readonly CsvRow[], replies: readonly SeenReply[], leavers: number): void {
  const ids = rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const accepted = replies.filter((reply) => reply.accepted).map(({ id }) => id);
  expect(accepted.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids).toHaveLength(accepted.length + leavers);
}
