// How long questions to a large log in PostgreSQL take, and what they cost those who write to it meanwhile:
//   node test/bench/postgres-load.mjs <folder>        once
//   node test/bench/postgres-scale.mjs <folder> [each=50] [only=part of a question's name]
//   node test/bench/postgres-scale.mjs <folder> writer [rounds=4]
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { promptFor } from './answers.mjs';
import { parley, startUpstream } from './candidates.mjs';
import { chatReplyCheck } from './checks.mjs';
import { postBytes } from './connection.mjs';
import { openLoop, warmUpLoop } from './load.mjs';
import { ask, questionsOf } from './postgres-questions.mjs';
import { RowMaker } from './postgres-rows.mjs';
import { BenchPostgres } from './postgres-server.mjs';
import { percentile } from './statistics.mjs';

const ORDER = { chunks: 1, delayMs: 0, everyMs: 0 };
const PER_SECOND = 150;
const WINDOW_MS = 10_000;
const ASKERS = 2;

const [place, mode = '50', third = ''] = process.argv.slice(2);
if (!place) throw new Error('usage: postgres-scale.mjs <folder> [each | writer] [only | rounds]');

const ms = (values, share) => percentile(values, share).toFixed(1);

/** What the log holds, for parameters that meet something. */
async function look(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const one = async (sql) => (await client.query(sql)).rows;
  const [{ start, rows }] = await one(
    `SELECT (SELECT extract(epoch FROM min(timestamp))::float8 * 1000 FROM chats) AS start,
       (SELECT sum(reltuples)::float8 FROM pg_class WHERE relname LIKE 'chats%' AND relkind = 'r') AS rows`,
  );
  const [{ end }] = await one(
    `SELECT extract(epoch FROM max(timestamp))::float8 * 1000 AS end FROM chats WHERE request_id LIKE '01K%'`,
  );
  const ids = await one('SELECT id FROM chats TABLESAMPLE SYSTEM (0.01) LIMIT 2000');
  await client.end();
  const words = new RowMaker({ rows: 1, days: 1, end: 0 }).vocabulary;
  return { start, end, rows, ids: ids.map(({ id }) => id), words };
}

async function timeQuestions(postgres, port, questions, each, only) {
  const table = [];
  for (const [question, path] of Object.entries(questions)) {
    if (!question.includes(only)) continue;
    for (let warm = 0; warm < 3; warm++) await ask(port, path());
    const times = [];
    let slowest = '';
    const cpu = postgres.cpuMs();
    for (let turn = 0; turn < each; turn++) {
      const asked = path();
      const took = await ask(port, asked);
      if (took > Math.max(...times)) slowest = asked;
      times.push(took);
    }
    table.push({
      question,
      p50: ms(times, 0.5),
      p95: ms(times, 0.95),
      max: ms(times, 1),
      'CPU of PostgreSQL': ((postgres.cpuMs() - cpu) / each).toFixed(1),
      slowest: slowest.slice(0, 60),
    });
    console.log(Object.values(table.at(-1)).join('  '));
  }
  console.table(table);
}

/** Chats at a fixed rate, alone and beside people who ask without a pause, in turns. */
async function timeWriter(service, questions, rounds) {
  const target = {
    port: service.port,
    request: postBytes('/chat', {}, { prompt: promptFor(ORDER), model: 'mistral' }),
    check: chatReplyCheck(ORDER),
    usage: () => service.server.usage(),
  };
  await warmUpLoop(target, { connections: 16, requests: 6_000, maxMs: 15_000 });
  const paths = Object.values(questions);
  const found = { alone: [], beside: [] };
  let asked = 0;
  for (let round = 0; round < 2 * rounds; round++) {
    const kind = round % 2 ? 'beside' : 'alone';
    let running = kind === 'beside';
    const askers = Array.from({ length: ASKERS }, async (_, first) => {
      for (let turn = first; running; turn += ASKERS, asked++)
        await ask(service.port, paths[turn % paths.length]());
    });
    const run = await openLoop(target, {
      perSecond: PER_SECOND,
      connections: 64,
      leadInMs: 1_000,
      durationMs: WINDOW_MS,
    });
    running = false;
    await Promise.all(askers);
    if (run.wrong > 0) throw new Error(run.firstWrong);
    found[kind].push(run.latenciesMs);
  }
  console.log(`${asked} questions by ${ASKERS} at once, beside ${PER_SECOND} chats/s`);
  console.table(
    Object.entries(found).flatMap(([kind, runs]) =>
      [...runs, runs.flat()].map((times, index) => ({
        chats: index < runs.length ? `${kind} ${index + 1}` : `${kind}, all`,
        count: times.length,
        p50: ms(times, 0.5),
        p95: ms(times, 0.95),
        p99: ms(times, 0.99),
      })),
    ),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'parley-scale-'));
const running = [];
try {
  const postgres = await BenchPostgres.start(place, process.env.POSTGRES_SETTINGS?.split(';'));
  running.push(postgres);
  const upstream = await startUpstream(folder);
  running.push(upstream.server);
  const service = await parley(upstream, folder, 'parley', { env: { DATABASE_URL: postgres.url } });
  running.push(service.server);
  const log = await look(postgres.url);
  const questions = questionsOf(log);
  console.log(
    `${log.rows} rows, load of the machine ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
  if (mode === 'writer') await timeWriter(service, questions, Number(third || 4));
  else await timeQuestions(postgres, service.port, questions, Number(mode), third);
  console.log(
    `load of the machine ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
} finally {
  for (const server of running.reverse()) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
