/**
 * How fast rows get into the log: the service's own writer beside the barest group commit that could do the job
 * (one buffer, one write, one fdatasync, no CSV, no checks), interleaved in one run.
 *
 *   npm run --silent build && node test/bench/log-writer.mjs [folder on the disk to measure]
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { Settings } from '../../dist/config/settings.js';
import { CsvLogStore } from '../../dist/logging/csv/csv-log.store.js';

const PRODUCERS = 64;
const RUN_MS = 2_000;
const ROUNDS = 3;

Logger.overrideLogger(false);

const row = {
  timestamp: '2026-11-23T17:20:47.475Z',
  model: 'mistral',
  prompt: 'Who are you, and what can you do for me today?',
  response: 'I am a small language model. '.repeat(5),
  latency: 1.234,
  prompt_tokens: 14,
  response_tokens: 47,
  status: 'ok',
  error: '',
  finish_reason: 'stop',
  ttft: 0.412,
  cost: 0.0000123,
  upstream_model: 'mistralai/ministral-8b-2512',
  attempts: 1,
  id: '01JD0000000000000000000000',
  messages: '',
};

/** The yardstick: rows are ready-made bytes, and nothing is checked. */
async function bareGroupCommit(path, sync) {
  const handle = await open(path, 'a');
  const bytes = Buffer.from(Object.values(row).join(',') + '\r\n');
  let waiting = [];
  let running = false;
  async function drain() {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await handle.write(Buffer.concat(batch.map(() => bytes)));
      if (sync) await handle.datasync();
      for (const done of batch) done();
    }
    running = false;
  }
  const append = () =>
    new Promise((done) => {
      waiting.push(done);
      if (!running) void drain();
    });
  return { append, close: () => handle.close() };
}

async function store(path, durability) {
  const settings = Object.assign(new Settings(), { CHAT_LOG_PATH: path, CHAT_LOG_DURABILITY: durability });
  const log = new CsvLogStore(settings);
  await log.onModuleInit();
  return { append: () => log.append(row), close: () => log.onApplicationShutdown() };
}

const candidates = {
  'bare, write': (path) => bareGroupCommit(path, false),
  'store, write': (path) => store(path, 'write'),
  'bare, fsync': (path) => bareGroupCommit(path, true),
  'store, fsync': (path) => store(path, 'fsync'),
};

async function measure(begin, path) {
  const { append, close } = await begin(path);
  const end = performance.now() + RUN_MS;
  const latencies = [];
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await Promise.all(
    Array.from({ length: PRODUCERS }, async () => {
      while (performance.now() < end) {
        const start = performance.now();
        await append();
        latencies.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - before) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  await close();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)];
  return {
    rowsPerSecond: latencies.length / seconds,
    cpuMicros: (cpu.user + cpu.system) / latencies.length,
    p50: at(0.5),
    p99: at(0.99),
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'log-writer-'));
const results = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
try {
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, begin] of Object.entries(candidates)) {
      const result = await measure(begin, join(folder, `${name.replaceAll(/\W+/g, '-')}${round}.csv`));
      if (round >= 0) results[name].push(result); // the first round warms up
    }
  }
} finally {
  await rm(folder, { recursive: true });
}

console.log(
  `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}, ${PRODUCERS} producers, medians of ${ROUNDS} × ${RUN_MS} ms`,
);
const pick = (name, field) => median(results[name].map((result) => result[field]));
console.table(
  Object.fromEntries(
    Object.keys(candidates).map((name) => [
      name,
      {
        'rows/s': Math.round(pick(name, 'rowsPerSecond')),
        'CPU µs/row': Number(pick(name, 'cpuMicros').toFixed(1)),
        'p50 ms': Number(pick(name, 'p50').toFixed(2)),
        'p99 ms': Number(pick(name, 'p99').toFixed(2)),
      },
    ]),
  ),
);
for (const durability of ['write', 'fsync']) {
  const share = pick(`store, ${durability}`, 'rowsPerSecond') / pick(`bare, ${durability}`, 'rowsPerSecond');
  console.log(`store / bare, ${durability}: ${share.toFixed(2)}`);
}
