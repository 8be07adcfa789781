// What metrics add to a chat, in µs of CPU: the same events with and without somebody who counts them, in turns.
import { Registry } from 'prom-client';
import { Subject } from 'rxjs';
import { ChatMetrics } from '../../dist/metrics/chat-metrics.js';
import { HttpMetrics } from '../../dist/metrics/http-metrics.js';
import { OwnNames } from '../../dist/metrics/own-names.js';
import { UpstreamMetrics } from '../../dist/metrics/upstream-metrics.js';
import { percentile } from './statistics.mjs';

const CHATS = 20_000;
const ROUNDS = 15;
const SLUG = 'meta-llama/llama-3.1-8b-instruct';

const model = {
  definition: { name: 'llama' },
  slugs: { all: [SLUG], places: [{ slug: SLUG, adapter: { provider: 'openrouter' } }] },
};
const models = { names: ['llama'], all: [model], get: (name) => (name === 'llama' ? model : undefined) };
const row = (n) => ({
  id: `01M83JZT7T2WQJMBD1WQ${n}`,
  model: 'llama',
  requested_model: 'llama',
  upstream_model: SLUG,
  key: '',
  error: '',
  latency: 0.5 + n / 1e5,
  ttft: 0.1 + n / 1e6,
  prompt_tokens: 10 + (n % 500),
  response_tokens: 40 + (n % 700),
  cost: 1e-5,
  overhead: 0.0009,
});

function subjects(counted) {
  const store = { rows$: new Subject(), amendments$: new Subject(), state: () => ({}) };
  const router = { attempts$: new Subject() };
  let observe = () => undefined;
  if (counted) {
    const registry = new Registry();
    const names = new OwnNames(models);
    new ChatMetrics(store, registry, names, models);
    new UpstreamMetrics(registry, router, { all: () => [] }, names);
    const http = new HttpMetrics(registry, {});
    observe = (request, response) => http.observe(request, response);
  }
  return { store, router, observe };
}

function microsecondsPerChat({ store, router, observe }) {
  const rows = Array.from({ length: CHATS }, (_, n) => row(n));
  const arrivedAt = performance.now();
  const before = process.cpuUsage();
  for (const each of rows) {
    let closed;
    const context = { arrivedAt, onClosed: (callback) => (closed = callback) };
    observe({ context, route: { path: '/chat' } }, { writableFinished: true, statusCode: 200 });
    router.attempts$.next({ slug: SLUG, outcome: 'ok' });
    store.rows$.next(each);
    closed?.();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CHATS;
}

const [counted, silent] = [subjects(true), subjects(false)];
const differences = [];
for (let round = 0; round < ROUNDS; round++) {
  const order = round % 2 ? [counted, silent] : [silent, counted];
  const [first, second] = order.map(microsecondsPerChat);
  differences.push(round % 2 ? first - second : second - first);
}
console.log(
  `metrics: ${percentile(differences.slice(3), 0.5).toFixed(2)} µs a chat (median of ${ROUNDS - 3} rounds of ${CHATS})`,
);
