/** Measures dist/ as a black box beside its baselines; see README.md here for what is measured and how. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { bare, direct, NODE_FLAGS, parley, peer, PEERS, startUpstream } from './candidates.mjs';
import { chart } from './chart.mjs';
import {
  measureHalfRate,
  measureHeld,
  measureJson,
  measureStart,
  measureStreams,
  warmUp,
} from './phases.mjs';
import { FULL, HALF_RATE_OF, QUICK } from './plan.mjs';
import { report } from './report.mjs';
import { targetsOf } from './targets.mjs';

const USAGE = `Usage: npm run bench -- [options]

  --quick        a short look instead of the full measurement
  --peers        beside the gateways of Portkey, LiteLLM and Bifrost, too, as far as they can be had here
  --against DIR  beside another built checkout of Parley, too, with ratios this / that
  --rounds N     so many rounds instead of the plan's
  --out FOLDER   writes bench.json, bench.md and chart.svg there
  --chart FILE   writes the chart there
  --help         shows this
`;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    against: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    out: { type: 'string' },
    chart: { type: 'string' },
  },
});
if (options.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const plan = { ...(options.quick ? QUICK : FULL), ...(options.rounds && { rounds: Number(options.rounds) }) };
const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
const running = [];

try {
  const results = await run();
  process.stderr.write('\r'.padEnd(80) + '\r');
  process.stdout.write(`${report(results)}\n`);
  if (options.out) {
    mkdirSync(options.out, { recursive: true });
    writeFileSync(join(options.out, 'bench.json'), `${JSON.stringify(results, undefined, 1)}\n`);
    writeFileSync(join(options.out, 'bench.md'), `${report(results)}\n`);
  }
  const picture = options.chart ?? (options.out && join(options.out, 'chart.svg'));
  if (picture) writeFileSync(picture, chart(results));
} finally {
  await Promise.all(running.map(({ server }) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const upstream = await started(startUpstream(folder));
  const checkouts = [{ name: 'parley' }, ...(options.against ? [againstCheckout(options.against)] : [])];
  const start = await measureStart(checkouts, upstream, folder, plan);
  const ours = [direct(upstream), await started(bare(upstream, folder))];
  for (const { name, root } of checkouts) ours.push(await started(parley(upstream, folder, name, { root })));
  const { peers, missing } = options.peers ? await startedPeers(upstream) : { peers: [], missing: [] };
  const candidates = [...ours, ...peers];
  await warmUp(candidates, plan);
  const json = await measureJson(candidates, plan);
  const base = json.find(({ id }) => id === HALF_RATE_OF);
  const halfRate = await measureHalfRate(candidates.slice(1), ours[0], base, plan);
  const streams = await measureStreams(candidates, plan);
  const held = await measureHeld(checkouts, upstream, folder, plan);
  assertQuiet(ours[2]);
  const measured = { meta: meta(peers, missing, options.against), start, json, halfRate, streams, held };
  return { ...measured, targets: targetsOf(measured) };
}

async function started(candidate) {
  const one = await candidate;
  running.push(one);
  return one;
}

/** Those that can be had on this machine; of the others, why not. */
async function startedPeers(upstream) {
  const peers = [];
  const missing = [];
  for (const name of Object.keys(PEERS)) {
    process.stderr.write(`\rpreparing ${name}`.padEnd(78));
    try {
      peers.push(await started(peer(name, upstream, folder)));
    } catch (error) {
      const [reason] = String(error.message ?? error)
        .trim()
        .split('\n')
        .slice(-1);
      missing.push(`${name}: ${reason}`);
      process.stderr.write(`\rWithout ${name}: ${reason}\n`);
    }
  }
  return { peers, missing };
}

function againstCheckout(folder) {
  const root = resolve(folder);
  if (!existsSync(join(root, 'dist/main.js'))) throw new Error(`${root} is not a built checkout of Parley`);
  return { name: 'against', root };
}

/** Answers and rows were right, but the service may have complained all the same. */
function assertQuiet({ output }) {
  // What it says before it listens is about its environment, such as an old Node.
  const complaint = readFileSync(output, 'utf8')
    .split('Listening on')[1]
    .split('\n')
    .find((line) => /"level":[456]0/.test(line));
  if (complaint) throw new Error(`parley logged: ${complaint}`);
}

function meta(peers, missing, against) {
  const root = resolve(import.meta.dirname, '../..');
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    machine: `${cpus().length} × ${cpu.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
    node: process.versions.node,
    flags: NODE_FLAGS,
    versions: {
      parley: `${version} (${commit(root)})`,
      ...(against && { against: commit(against) }),
      nest: dependencies['@nestjs/core'],
      axios: dependencies.axios,
      undici: dependencies.undici,
      ...Object.fromEntries(peers.map(({ name, version: of }) => [name, of])),
    },
    missing,
    on: 'all of `npm start`: gate, validation, request ids, retries and breakers armed, row written before the reply',
    rounds: plan.rounds,
  };
}

function commit(root) {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'not from git';
  }
}
