// What a chat costs the service with its log in PostgreSQL against one in CSV files, in µs of CPU of its process. Fresh
// processes in turns, a pair at a time, against one new database:
//   npm run build && node test/bench/postgres-cost.mjs [pairs=4] [rounds=6]
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parley, startUpstream } from './candidates.mjs';
import { closedLoop, warmUpLoop } from './load.mjs';
import { BenchPostgres } from './postgres-server.mjs';
import { percentile } from './statistics.mjs';

const PAIRS = Number(process.argv[2] ?? 4);
const ROUNDS = Number(process.argv[3] ?? 6);
const CHUNKS = [1, 64];
const CONNECTIONS = 64;

const folder = mkdtempSync(join(tmpdir(), 'parley-cost-'));
/** Of another owner, if we are root. */
const place = mkdtempSync(join(tmpdir(), 'parley-cost-postgres-'));
const running = [];

async function start(upstream, name, env) {
  const { server, port, chat } = await parley(upstream, folder, name, { env });
  running.push(server);
  const targets = CHUNKS.map((chunks) => ({
    port,
    ...chat({ chunks, delayMs: 0, everyMs: 0 }),
    usage: () => server.usage(),
  }));
  return { server, targets };
}

async function costOf(target) {
  const run = await closedLoop(target, { connections: CONNECTIONS, leadInMs: 200, durationMs: 1_000 });
  if (run.wrong > 0) throw new Error(run.firstWrong);
  return { cpu: run.cpuUs / run.exchanges, rate: run.exchanges / run.seconds };
}

/** Medians for both logs and each number of chunks. */
async function pair(upstream, url, number) {
  const kinds = { csv: {}, postgres: { DATABASE_URL: url } };
  const order = number % 2 ? ['postgres', 'csv'] : ['csv', 'postgres'];
  const services = {};
  for (const kind of order) services[kind] = await start(upstream, `${kind}-${number}`, kinds[kind]);
  for (const kind of order)
    for (const target of services[kind].targets)
      await warmUpLoop(target, { connections: CONNECTIONS, requests: 8_000, maxMs: 8_000 });
  const found = CHUNKS.map(() => ({ csv: [], postgres: [] }));
  for (let round = 0; round < ROUNDS; round++)
    for (const [index] of CHUNKS.entries())
      for (const kind of round % 2 ? order : order.toReversed())
        found[index][kind].push(await costOf(services[kind].targets[index]));
  for (const { server } of Object.values(services)) {
    running.splice(running.indexOf(server), 1);
    await server.stop();
  }
  const median = (runs, of) => percentile(runs.map(of), 0.5);
  return found.map(({ csv, postgres }) => {
    const [csvUs, postgresUs] = [csv, postgres].map((runs) => median(runs, ({ cpu }) => cpu));
    const [csvRate, postgresRate] = [csv, postgres].map((runs) => median(runs, ({ rate }) => rate));
    return { csvUs, postgresUs, ratio: postgresUs / csvUs, csvRate, postgresRate };
  });
}

try {
  const postgres = await BenchPostgres.start(place);
  running.push(postgres);
  const upstream = await startUpstream(folder);
  running.push(upstream.server);
  const pairs = [];
  for (let number = 0; number < PAIRS; number++) {
    pairs.push(await pair(upstream, postgres.url, number));
    console.table(pairs.at(-1));
  }
  for (const [index, chunks] of CHUNKS.entries()) {
    const of = (name) => pairs.map((each) => each[index][name]);
    const ratios = of('ratio');
    const [csvUs, postgresUs] = ['csvUs', 'postgresUs'].map((name) => percentile(of(name), 0.5).toFixed(0));
    console.log(
      `${chunks} chunks: CSV ${csvUs} µs, PostgreSQL ${postgresUs} µs; ratio ${percentile(ratios, 0.5).toFixed(2)}` +
        ` (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} in ${PAIRS} pairs); load ${loadavg()[0].toFixed(1)}`,
    );
  }
} finally {
  for (const server of running.reverse()) await server.stop();
  for (const each of [folder, place]) rmSync(each, { recursive: true, force: true });
}
