/** What is measured, and for how long: about five minutes in all, a minute or two more for each peer. */

const AT_ONCE = { delayMs: 0, everyMs: 0 };

export const FULL = {
  rounds: 3,
  warmUpRequests: 12_000,
  leadInMs: 300,
  jsonMs: 1_800,
  streamMs: 3_000,
  halfRateMs: 2_500,
  starts: 5,
};

/** V8 goes on compiling for some ten thousand requests; a candidate that is slow gets no longer than this. */
export const WARM_UP_MAX_MS = 15_000;

/** One round of the scenarios that matter most: a minute. With `--rounds 3` enough for a comparison. */
export const QUICK = {
  only: ['json-64-1', 'json-64-64', 'streams-100'],
  rounds: 1,
  warmUpRequests: 2_000,
  leadInMs: 200,
  jsonMs: 1_000,
  streamMs: 1_500,
  halfRateMs: 1_000,
  starts: 1,
};

export const JSON_SCENARIOS = [
  { id: 'json-1-1', connections: 1, order: { chunks: 1, ...AT_ONCE } },
  { id: 'json-64-1', connections: 64, order: { chunks: 1, ...AT_ONCE } },
  { id: 'json-64-64', connections: 64, order: { chunks: 64, ...AT_ONCE } },
  { id: 'json-512-1', connections: 512, order: { chunks: 1, ...AT_ONCE } },
  { id: 'json-512-64-200ms', connections: 512, order: { chunks: 64, delayMs: 200, everyMs: 0 } },
];

/** The one whose rate is halved to see latencies without a queue. */
export const HALF_RATE_OF = 'json-64-1';

export const STREAM_SCENARIOS = [
  { id: 'streams-100', concurrent: 100, order: { chunks: 50, delayMs: 0, everyMs: 20 } },
  { id: 'streams-500', concurrent: 500, order: { chunks: 50, delayMs: 0, everyMs: 50 } },
];

/** All opened within a second, then held open by an upstream that speaks once a second. */
export const HELD = { concurrent: 500, openingMs: 800, order: { chunks: 3, delayMs: 0, everyMs: 1_000 } };

/** Those of `scenarios` that a plan wants: all, unless it names some. */
export function chosen(scenarios, { only }) {
  return scenarios.filter(({ id }) => !only || only.includes(id));
}

export function streamLengthMs({ chunks, everyMs }) {
  return (chunks + 1) * everyMs;
}
