// npm run soak -- [--minutes 30] [--rate 50]: mixed load with faults, aborts and questions to the log (P7). Prints
// resident memory and open descriptors as they go, and fails where they go on growing or a row is missing.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { NODE_FLAGS } from '../bench/candidates.mjs';
import { freePort, ServerProcess } from '../bench/server-process.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const { Emulator } = await import(join(ROOT, 'dist/emulator/emulator.js'));
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
/** What the upstream does wrong, in turn. */
const FAULTS = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfter: 1 },
  { kind: 'cut', at: 2 },
  { kind: 'garbage' },
];
/** Memory grows until V8 has seen all of the load; what counts is the growth after that. */
const WARM_UP = 0.3;
const MOST_GROWTH_MB_PER_10_MIN = 10;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '50' } },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];

/** Asks, and leaves after `leaveAfterMs` if that is given. Resolves with the status, 0 where there was none. */
async function ask(port, method, path, body, leaveAfterMs) {
  const call = request({
    port,
    host: '127.0.0.1',
    method,
    path,
    headers: { 'content-type': 'application/json' },
  });
  const closed = new Promise((done) => call.once('close', done));
  let status = 0;
  call.on('error', () => undefined);
  call.on('response', (response) => {
    status = response.statusCode;
    response.on('error', () => undefined).resume();
  });
  call.end(body && JSON.stringify(body));
  if (leaveAfterMs !== undefined) setTimeout(() => call.destroy(), leaveAfterMs);
  await closed;
  return status;
}

/** One request of the mix: true where it must leave a row, undefined where it may, as its client left. */
async function one(port, number) {
  const prompt = `Question ${number}: ${'say something about it. '.repeat(number % 40)}`;
  const chat = { model: number % 3 === 0 ? 'mistral' : 'llama', prompt };
  const [row, ...call] = MIX[number % MIX.length](chat, number);
  await ask(port, ...call);
  return row;
}

const json = (chat) => [true, 'POST', '/chat', chat];
const stream = (chat) => [true, 'POST', '/chat', { ...chat, stream: true }];
const leavesStream = (chat, number) => [
  undefined,
  'POST',
  '/chat',
  { ...chat, stream: true },
  30 + (number % 50),
];
const leaves = (chat) => [undefined, 'POST', '/chat', chat, 15];
const invalid = (chat) => [false, 'POST', '/chat', { ...chat, unknown: 1 }];
const get = (path) => () => [false, 'GET', path, undefined];

const MIX = [
  ...Array(9).fill(json),
  ...Array(4).fill(stream),
  ...Array(2).fill(leavesStream),
  leaves,
  invalid,
  get('/logs?limit=20'),
  get('/logs/stats'),
  get('/health/ready'),
];

function state(server) {
  return {
    mb: server.rssBytes() / 1024 ** 2,
    descriptors: readdirSync(`/proc/${server.child.pid}/fd`).length,
  };
}

/** Least squares, MB per 10 minutes. */
function growth(samples) {
  const n = samples.length;
  const meanX = samples.reduce((sum, { at }) => sum + at, 0) / n;
  const meanY = samples.reduce((sum, { mb }) => sum + mb, 0) / n;
  const up = samples.reduce((sum, { at, mb }) => sum + (at - meanX) * (mb - meanY), 0);
  return (up / samples.reduce((sum, { at }) => sum + (at - meanX) ** 2, 0)) * 600;
}

const folder = mkdtempSync(join(tmpdir(), 'parley-soak-'));
const emulator = await Emulator.start({ firstTokenMs: 20, chunkMs: 3 });
const port = await freePort();
const log = join(folder, 'chat_logs.csv');
const server = ServerProcess.start([...NODE_FLAGS, join(ROOT, 'dist/main.js')], {
  cwd: folder,
  output: join(folder, 'out.txt'),
  reporting: false,
  env: {
    OPENROUTER_API_KEY: 'sk-or-soak',
    OPENROUTER_BASE_URL: emulator.url,
    CHAT_LOG_PATH: log,
    PORT: String(port),
  },
});
let failed;
try {
  await server.firstOk(`http://127.0.0.1:${port}/health`);
  const samples = [];
  const counts = { rows: 0, maybe: 0, asked: 0 };
  const running = new Set();
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  for (let number = 1; seconds() < minutes * 60; number++) {
    const wait = begun + (number / rate) * 1000 - performance.now();
    if (wait > 0) await sleep(wait);
    if (number % rate === 0) emulator.script(LLAMA, [FAULTS[(number / rate) % FAULTS.length]]);
    counts.asked++;
    const task = one(port, number).then((row) => {
      if (row === true) counts.rows++;
      if (row === undefined) counts.maybe++;
      running.delete(task);
    });
    running.add(task);
    if (number % (rate * 30) !== 0) continue;
    const sample = { at: seconds(), ...state(server) };
    samples.push(sample);
    console.log(
      `${(sample.at / 60).toFixed(1)} min  ${sample.mb.toFixed(0)} MB  ${sample.descriptors} descriptors  ${running.size} running`,
    );
  }
  await Promise.all(running);
  await sleep(3_000);
  const { total } = await (await fetch(`http://127.0.0.1:${port}/logs/stats`)).json();
  const rows = total.count;
  const late = samples.filter(({ at }) => at > minutes * 60 * WARM_UP);
  const perTen = growth(late);
  console.log(
    `${counts.asked} requests, ${counts.rows} chats that must have a row, ${counts.maybe} that left, ${rows} rows; ` +
      `${perTen.toFixed(1)} MB per 10 minutes after warm-up; ${state(server).descriptors} descriptors at the end`,
  );
  failed = rows < counts.rows || rows > counts.rows + counts.maybe || perTen > MOST_GROWTH_MB_PER_10_MIN;
} finally {
  await server.stop();
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
if (failed) {
  console.error('The soak failed: memory goes on growing, or rows are missing.');
  process.exitCode = 1;
}
