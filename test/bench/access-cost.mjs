// What a key adds to a chat, in µs of CPU: one service without keys and two with, asked in turns over HTTP.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promptFor } from './answers.mjs';
import { chatReplyCheck } from './checks.mjs';
import { parley, startUpstream } from './candidates.mjs';
import { postBytes } from './connection.mjs';
import { closedLoop, warmUpLoop } from './load.mjs';
import { percentile } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 8);
const ORDER = { chunks: 1, delayMs: 0, everyMs: 0 };
const LIMITS = ['--rpm', '100000000', '--tpm', '100000000000', '--concurrency', '1000'];
const KEYS = {
  'no key': undefined,
  'a key without limits': [],
  'a key with limits': LIMITS,
  'a key with limits and a budget': [...LIMITS, '--budget', '100000/day'],
};

const folder = mkdtempSync(join(tmpdir(), 'parley-access-'));
const running = [];

function keyFor(name, terms) {
  const program = resolve(import.meta.dirname, '../../dist/access/cli/keys.js');
  const file = join(folder, name, 'chat_keys.json');
  return execFileSync(process.execPath, [program, 'create', '--name', 'bench', '--file', file, ...terms])
    .toString()
    .trim();
}

async function candidate(upstream, name, terms) {
  const service = await parley(upstream, folder, name);
  running.push(service.server);
  const headers = terms ? { authorization: `Bearer ${keyFor(name, terms)}` } : {};
  const target = {
    port: service.port,
    request: postBytes('/chat', headers, { prompt: promptFor(ORDER), model: 'mistral' }),
    check: chatReplyCheck(ORDER),
    usage: () => service.server.usage(),
  };
  await warmUpLoop(target, { connections: 64, requests: 8_000, maxMs: 6_000 });
  return { name, target, costs: [] };
}

try {
  const upstream = await startUpstream(folder);
  running.push(upstream.server);
  const candidates = [];
  for (const [name, terms] of Object.entries(KEYS)) candidates.push(await candidate(upstream, name, terms));
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, target, costs } of round % 2 ? candidates.toReversed() : candidates) {
      const run = await closedLoop(target, { connections: 64, leadInMs: 300, durationMs: 1_500 });
      if (run.wrong > 0) throw new Error(`${name}: ${run.firstWrong}`);
      costs.push(run.cpuUs / run.exchanges);
    }
  const [{ costs: base }] = candidates;
  for (const { name, costs } of candidates) {
    const more = costs.map((cost, round) => cost - base[round]);
    console.log(
      `${name}: ${percentile(costs, 0.5).toFixed(0)} µs of CPU a chat, ${percentile(more, 0.5).toFixed(1)} more (median of ${ROUNDS} rounds)`,
    );
  }
} finally {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
