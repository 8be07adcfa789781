// How long questions to a large log take, what they cost in memory, and how long they keep the event loop of the service:
//   npm run build && node test/bench/log-queries.mjs [rows=1000000] [file]
// Without a file it makes one of about 1 KB a row in the temp folder and removes it. Some two minutes in all.
import { createRequire } from 'node:module';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { generateLog } from './generate-log.mjs';

const ROUNDS = 5;
const DEADLINE_MS = 180_000;
const MIB = 1024 * 1024;

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
const path = process.argv[3] ?? join(folder, 'chat_logs.csv');
const { version: duckdb } = createRequire(import.meta.url)('@duckdb/node-api/package.json');

async function drain(bytes) {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return `${Math.round(size / MIB)} MiB`;
}

const last = `needle-${rows - 7} `;
const rare = `NEEDLE-${Math.floor(rows / 2)} `;
const day = new Date(Date.UTC(2026, 0, 3));
const QUESTIONS = {
  'stats, all rows': (log) => log.stats({}),
  'stats by who was asked': (log) => log.stats({}, { by: 'requested_model' }),
  'stats by hour': (log) => log.stats({}, { bucket: 'hour' }),
  'stats of one model, one day': (log) =>
    log.stats({ model: 'llama', from: day, to: new Date(+day + 86_400_000) }),
  'page, model and latency': (log) => log.page({ model: 'llama', min_latency: 5 }, { limit: 50 }),
  'page of 500': (log) => log.page({}, { limit: 500 }),
  'one row by id': (log) => log.get(`01JD${String(Math.floor(rows / 3)).padStart(22, '0')}`),
  'page, q among the newest': (log) => log.page({ q: last }, { limit: 1 }),
  'page, q in every text': (log) => log.page({ q: rare }, { limit: 50 }),
  'stats, q in every text': (log) => log.stats({ q: rare }),
};
const EXPORTS = {
  'export raw': (log) => drain(log.export({}, 'raw')),
  'export csv, one model': (log) => drain(log.export({ model: 'llama' }, 'csv')),
  'export parquet, one day': (log) =>
    drain(log.export({ from: day, to: new Date(+day + 86_400_000) }, 'parquet')),
};

async function measure(name, ask, rounds) {
  const times = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const ms = (value) => Math.round(value).toString();
  const above = Math.round((process.memoryUsage.rss() - idle) / MIB);
  return {
    question: name,
    'p50 ms': ms(times[times.length >> 1]),
    'max ms': ms(times.at(-1)),
    // What it takes of a core, whatever else the machine was doing.
    'CPU ms': ms((user + system) / 1000 / rounds),
    'stall p99 ms': (delay.percentile(99) / 1e6 - 1).toFixed(1),
    'stall max ms': (delay.max / 1e6 - 1).toFixed(1),
    'RSS above idle MiB': above,
  };
}

let idle = 0;
let log;
try {
  if (!process.argv[3]) await generateLog(path, rows);
  const { ThreadedLogQueries } = await import('../../dist/logging/index/threaded-log-queries.js');
  globalThis.gc?.();
  idle = process.memoryUsage.rss();
  log = new ThreadedLogQueries(path);
  const table = [await measure('first question (reads the file)', () => log.stats({}), 1)];
  await log.onApplicationShutdown();
  log = new ThreadedLogQueries(path);
  // A service that starts opens a large log ahead; a second is what it takes to start.
  await log.onApplicationBootstrap();
  await setTimeout(1_000);
  table.push(await measure('first question after a restart', () => log.page({}, { limit: 50 }), 1));
  const end = performance.now() + DEADLINE_MS;
  for (const [name, ask] of Object.entries(QUESTIONS))
    if (performance.now() < end) table.push(await measure(name, () => ask(log), ROUNDS));
  for (const [name, ask] of Object.entries(EXPORTS))
    if (performance.now() < end) table.push(await measure(name, () => ask(log), 1));
  const size = Math.round((await stat(path)).size / MIB);
  console.log(
    `${rows} rows, ${size} MiB; ${cpus().length} × ${cpus()[0].model}; Node ${process.version}, DuckDB ${duckdb}; ` +
      `${new Date().toISOString().slice(0, 10)}; idle RSS ${Math.round(idle / MIB)} MiB`,
  );
  console.table(table);
} finally {
  await log?.onApplicationShutdown();
  await rm(folder, { recursive: true, force: true });
}
