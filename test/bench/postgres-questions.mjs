/** What people ask a log of many months over HTTP, with other parameters each time. */
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { KEYS, MODELS, randomFrom } from './postgres-rows.mjs';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const { encodeCursor } = await import('../../dist/logging/log-cursor.js');

/**
 * @param {object} log what there is to be asked for
 * @param {number} log.start first moment of its rows, in ms
 * @param {number} log.end last moment
 * @param {string[]} log.ids of some rows
 * @param {string[]} log.words all its words, each as often as it is used
 * @returns {Record<string, () => string>} paths by what they ask
 */
export function questionsOf({ start, end, ids, words, rows }) {
  const random = randomFrom(7);
  const one = (list) => list[Math.floor(random() * list.length)];
  const time = (from, to) => `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const span = (ms) => {
    const from = start + random() * (end - start - ms);
    return time(from, from + ms);
  };
  const cursor = () => {
    const at = new Date(start + random() * (end - start)).toISOString().slice(0, -1).replace('T', ' ');
    return `cursor=${encodeCursor({ timestamp: at, id: '~', tie: [] })}`;
  };
  const uses = new Map();
  for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1);
  const plain = [...uses].filter(([word]) => /^[a-z]{4,12}$/.test(word)).sort((a, b) => b[1] - a[1]);
  const frequent = plain.slice(0, 60).map(([word]) => word);
  const seldom = plain.filter(([, count]) => count === 1).map(([word]) => word);
  const order = () => `order-${Math.floor((random() * rows) / 10) * 10}`;
  return {
    'first page': () => '/logs?limit=50',
    'deep page (cursor)': () => `/logs?limit=50&${cursor()}`,
    'page, model': () => `/logs?model=${one(MODELS)}`,
    'page, requested_model': () => `/logs?requested_model=${one(MODELS)}`,
    'page, model, deep': () => `/logs?model=${one(MODELS)}&${cursor()}`,
    'page, status': () => `/logs?status=${one(['error', 'client_closed', 'interrupted', 'ok'])}`,
    'page, key (or scope)': () => `/logs?key=${one(KEYS)}`,
    'page, key and status': () => `/logs?key=${one(KEYS)}&status=${one(['error', 'interrupted'])}`,
    'page, an hour': () => `/logs?${span(HOUR_MS)}`,
    'page, a model that is not there': () => '/logs?requested_model=none',
    'page, latency above 55 s': () => `/logs?min_latency=${(55 + random() * 5).toFixed(2)}`,
    'page, latency above all': () => `/logs?min_latency=${(200 + random()).toFixed(2)}`,
    'stats, a day': () => `/logs/stats?${span(DAY_MS)}`,
    'stats, the last day': () => `/logs/stats?${time(end - DAY_MS - random() * HOUR_MS, end)}`,
    'stats, a day of a key': () => `/logs/stats?key=${one(KEYS)}&${span(DAY_MS)}`,
    'stats, a day in hours': () => `/logs/stats?bucket=hour&${span(DAY_MS)}`,
    'stats, 7 days': () => `/logs/stats?${span(7 * DAY_MS)}`,
    'q, frequent word': () => `/logs?q=${one(frequent)}`,
    'q, seldom word': () => `/logs?q=${one(seldom)}`,
    'q, two words': () => `/logs?q=${one(frequent)}%20${one(frequent)}`,
    'q, one row': () => `/logs?q=${order()}`,
    'q, no row': () => `/logs?q=zq${Math.floor(random() * 1e9)}`,
    'q, frequent word of a model': () => `/logs?q=${one(frequent)}&model=${one(MODELS)}`,
    'q, seldom word of a key': () => `/logs?q=${one(seldom)}&key=${one(KEYS)}`,
    'q, seldom word, a day': () => `/logs?q=${one(seldom)}&${span(DAY_MS)}`,
    'one row by id': () => `/logs/${one(ids)}`,
  };
}

const agent = new Agent({ keepAlive: true });

/** @returns {Promise<number>} milliseconds until the last byte of a 200 */
export function ask(port, path) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => (text += text.length < 300 ? piece : ''));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`${path}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject);
  });
}
