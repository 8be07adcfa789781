/** The phases of a run. Candidates take turns within each round (A B C A B C), so that noise hits all alike. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { bare, parley } from './candidates.mjs';
import { closedLoop, heldStreams, openLoop, streams, warmUpLoop } from './load.mjs';
import { chosen, HELD, JSON_SCENARIOS, STREAM_SCENARIOS, streamLengthMs, WARM_UP_MAX_MS } from './plan.mjs';
import { percentile, spreads } from './statistics.mjs';

const IDLE_AFTER_MS = 1_500;

function targetOf(candidate, order, stream) {
  const { server, port } = candidate;
  return { port, usage: () => server.usage(), ...candidate.chat(order, stream) };
}

/** Throws unless every answer was right and every exchange has exactly one row. */
async function verified(candidate, label, run) {
  if (run.wrong > 0)
    throw new Error(`${candidate.name}, ${label}: ${run.wrong} of ${run.sent} wrong, e.g. ${run.firstWrong}`);
  const rows = candidate.rows?.added() ?? run.sent;
  if (rows !== run.sent) throw new Error(`${candidate.name}, ${label}: ${run.sent} answers but ${rows} rows`);
  return run;
}

function jsonFigures({ exchanges, seconds, cpuUs, latenciesMs, rssBytes }) {
  return {
    cpuUsPerRequest: cpuUs / exchanges,
    requestsPerSecond: exchanges / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    rssMb: rssBytes / 2 ** 20,
  };
}

function streamFigures({ chunks }, { exchanges, seconds, cpuUs, firstBytesMs, rssBytes }) {
  return {
    cpuUsPerChunk: cpuUs / (exchanges * chunks),
    chunksPerSecond: (exchanges * chunks) / seconds,
    firstTokenP50Ms: percentile(firstBytesMs, 0.5),
    firstTokenP99Ms: percentile(firstBytesMs, 0.99),
    rssMb: rssBytes / 2 ** 20,
  };
}

/** Runs `once(candidate)` for all candidates in turn, `rounds` times. Returns figures by candidate, as median and range. */
async function inTurns(candidates, rounds, label, once) {
  const figures = Object.fromEntries(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      process.stderr.write(`\r${label}, round ${round + 1} of ${rounds}, ${candidate.name}`.padEnd(78));
      figures[candidate.name].push(await once(candidate));
    }
  }
  return Object.fromEntries(Object.entries(figures).map(([name, list]) => [name, spreads(list)]));
}

/** Each kind of work often enough for V8 to have compiled it. Not measured, but checked like all the rest. */
export async function warmUp(candidates, { warmUpRequests }) {
  for (const candidate of candidates) {
    process.stderr.write(`\rwarm-up, ${candidate.name}`.padEnd(78));
    for (const chunks of [1, 64]) {
      const target = targetOf(candidate, { chunks, delayMs: 0, everyMs: 0 }, false);
      const options = { connections: 64, requests: warmUpRequests, maxMs: WARM_UP_MAX_MS };
      await verified(candidate, 'warm-up', await warmUpLoop(target, options));
    }
    const target = targetOf(candidate, { chunks: 20, delayMs: 0, everyMs: 10 }, true);
    const options = { concurrent: 100, streamMs: 210, durationMs: 1_500 };
    await verified(candidate, 'warm-up', await streams(target, options));
  }
}

export async function measureJson(candidates, plan) {
  const { rounds, leadInMs, jsonMs } = plan;
  const results = [];
  for (const scenario of chosen(JSON_SCENARIOS, plan)) {
    const options = {
      connections: scenario.connections,
      leadInMs: leadInMs + scenario.order.delayMs,
      durationMs: jsonMs,
    };
    const figures = await inTurns(candidates, rounds, scenario.id, async (candidate) => {
      const run = await closedLoop(targetOf(candidate, scenario.order, false), options);
      return jsonFigures(await verified(candidate, scenario.id, run));
    });
    results.push({ ...scenario, figures });
  }
  return results;
}

/** Latency without a queue: each candidate at half of its own maximum rate, and the upstream at that same rate. */
export async function measureHalfRate(
  candidates,
  upstream,
  { order, figures },
  { rounds, leadInMs, halfRateMs },
) {
  const results = {};
  for (const candidate of candidates) {
    const perSecond = figures[candidate.name].requestsPerSecond.median / 2;
    // Too slow to say anything of its latency here.
    if (perSecond < 1) continue;
    const options = { perSecond, connections: 64, leadInMs, durationMs: halfRateMs };
    const pair = await inTurns(
      [upstream, candidate],
      rounds,
      `half rate of ${candidate.name}`,
      async (one) => {
        const run = await openLoop(targetOf(one, order, false), options);
        return jsonFigures(await verified(one, 'half rate', run));
      },
    );
    const added = (name) => pair[candidate.name][name].median - pair[upstream.name][name].median;
    results[candidate.name] = {
      perSecond,
      ...pair[candidate.name],
      addedP50Ms: added('p50Ms'),
      addedP99Ms: added('p99Ms'),
    };
  }
  return results;
}

export async function measureStreams(candidates, plan) {
  const { rounds, streamMs } = plan;
  const results = [];
  for (const scenario of chosen(STREAM_SCENARIOS, plan)) {
    const { concurrent, order, id } = scenario;
    const options = { concurrent, streamMs: streamLengthMs(order), durationMs: streamMs };
    const figures = await inTurns(candidates, rounds, id, async (candidate) => {
      const run = await streams(targetOf(candidate, order, true), options);
      return streamFigures(order, await verified(candidate, id, run));
    });
    results.push({ ...scenario, figures });
  }
  return results;
}

/**
 * Memory of streams that are open, over that of the process idle. Each time in a fresh process: one that has been at
 * work holds room for many streams, or gives it back meanwhile.
 */
export async function measureHeld(checkouts, upstream, folder, { rounds }) {
  const kinds = [{ name: 'bare', start: bare }, ...checkouts.map((one) => ({ ...one, start: parley }))];
  let processes = 0;
  return inTurns(kinds, rounds, 'open streams', async ({ start, root }) => {
    const candidate = await start(upstream, folder, `held-${processes++}`, { root });
    const target = targetOf(candidate, HELD.order, true);
    // What the first streams load and compile is no cost of an open one.
    await verified(candidate, 'open streams', await heldStreams(target, { ...HELD, concurrent: 20 }));
    await sleep(IDLE_AFTER_MS);
    const run = await heldStreams(target, HELD);
    const { kbPerStream } = await verified(candidate, 'open streams', run);
    await candidate.server.stop();
    return { kbPerStream };
  });
}

/** A fresh process of each checkout: how soon it is ready, and what it holds before it has done anything. */
export async function measureStart(checkouts, upstream, folder, { starts }) {
  let processes = 0;
  return inTurns(checkouts, starts, 'start', async ({ root }) => {
    const options = { reporting: false, root };
    const candidate = await parley(upstream, folder, `start-${processes++}`, options);
    await sleep(IDLE_AFTER_MS);
    const idleMb = candidate.server.rssBytes() / 2 ** 20;
    await candidate.server.stop();
    return { startMs: candidate.startMs, idleMb };
  });
}
