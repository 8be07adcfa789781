/**
 * What a key adds to a chat, in µs of CPU. Processes that do the same differ by tens of µs (what ran first, where memory
 * lies), so kinds of keys are compared within one process, and services with and without keys as pairs of fresh
 * processes, started in turns.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promptFor } from './answers.mjs';
import { parley, startUpstream } from './candidates.mjs';
import { chatReplyCheck } from './checks.mjs';
import { postBytes } from './connection.mjs';
import { closedLoop, warmUpLoop } from './load.mjs';
import { percentile } from './statistics.mjs';

const PAIRS = Number(process.argv[2] ?? 6);
const ROUNDS = Number(process.argv[3] ?? 6);
const ORDER = { chunks: 1, delayMs: 0, everyMs: 0 };
const CONNECTIONS = 64;
const OPEN = 'no key';
const LIMITS = ['--rpm', '100000000', '--tpm', '100000000000', '--concurrency', '1000'];
const KEYS = {
  'a key': [],
  'a key with limits': LIMITS,
  'a key with limits and a budget': [...LIMITS, '--budget', '100000/day'],
};

const folder = mkdtempSync(join(tmpdir(), 'parley-access-'));
const running = [];

function createKey(place, terms) {
  const program = resolve(import.meta.dirname, '../../dist/access/cli/keys.js');
  const file = join(place, 'chat_keys.json');
  const options = { stdio: ['ignore', 'pipe', 'ignore'] };
  return execFileSync(
    process.execPath,
    [program, 'create', '--name', 'bench', '--file', file, ...terms],
    options,
  )
    .toString()
    .trim();
}

async function service(upstream, name) {
  const started = await parley(upstream, folder, name);
  running.push(started.server);
  const target = (headers) => ({
    port: started.port,
    request: postBytes('/chat', headers, { prompt: promptFor(ORDER), model: 'mistral' }),
    check: chatReplyCheck(ORDER),
    usage: () => started.server.usage(),
  });
  return { server: started.server, target };
}

async function openService(upstream, name) {
  const { server, target } = await service(upstream, name);
  return { server, targets: { [OPEN]: target({}) } };
}

async function closedService(upstream, name) {
  const { server, target } = await service(upstream, name);
  const targets = Object.entries(KEYS).map(([kind, terms]) => {
    const key = createKey(join(folder, name), terms);
    return [kind, target({ authorization: `Bearer ${key}` })];
  });
  return { server, targets: Object.fromEntries(targets) };
}

async function costOf(kind, target) {
  const run = await closedLoop(target, { connections: CONNECTIONS, leadInMs: 200, durationMs: 1_000 });
  if (run.wrong > 0) throw new Error(`${kind}: ${run.firstWrong}`);
  return run.cpuUs / run.exchanges;
}

/** The median cost of each kind in one pair of fresh services. */
async function pair(upstream, number) {
  const starts = [openService, closedService];
  const services = [];
  for (const start of number % 2 ? starts.reverse() : starts)
    services.push(await start(upstream, `${start.name}-${number}`));
  const targets = Object.entries(Object.assign({}, ...services.map((each) => each.targets)));
  for (const [, target] of targets)
    await warmUpLoop(target, { connections: CONNECTIONS, requests: 8_000, maxMs: 6_000 });
  const costs = Object.fromEntries(targets.map(([kind]) => [kind, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [kind, target] of round % 2 ? targets.toReversed() : targets)
      costs[kind].push(await costOf(kind, target));
  for (const { server } of services) {
    running.splice(running.indexOf(server), 1);
    await server.stop();
  }
  return Object.fromEntries(targets.map(([kind]) => [kind, percentile(costs[kind], 0.5)]));
}

try {
  const upstream = await startUpstream(folder);
  running.push(upstream.server);
  const pairs = [];
  for (let number = 0; number < PAIRS; number++) pairs.push(await pair(upstream, number));
  for (const kind of [OPEN, ...Object.keys(KEYS)]) {
    const costs = pairs.map((medians) => medians[kind]);
    const more = pairs.map((medians) => medians[kind] - medians[OPEN]);
    const [least, most] = [Math.min(...more), Math.max(...more)].map((value) => value.toFixed(0));
    console.log(
      `${kind}: ${percentile(costs, 0.5).toFixed(0)} µs of CPU a chat, ${percentile(more, 0.5).toFixed(1)} more (${least} to ${most} in ${PAIRS} pairs of services)`,
    );
  }
} finally {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
