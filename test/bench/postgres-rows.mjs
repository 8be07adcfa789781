/** Rows for a log of many months in PostgreSQL, as like real ones as they need be: sizes, words, models, keys, failures, votes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const DAY_MS = 86_400_000;
export const MODELS = ['mistral', 'llama', 'qwen', 'gemma', 'deepseek', 'phi'];
const MODEL_SHARES = [0.45, 0.7, 0.85, 0.94, 0.99, 1];
export const KEYS = Array.from({ length: 200 }, (_, index) => `key${String(index).padStart(9, '0')}`);
const ID_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Numerical Recipes' generator: small, and the same everywhere. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The words of the documentation of what is installed: each as often as people write it. */
function wordsOfPeople() {
  const modules = join(ROOT, 'node_modules');
  const files = readdirSync(modules).map((name) => join(modules, name, 'README.md'));
  const words = [];
  for (const file of files)
    try {
      for (const word of readFileSync(file, 'utf8').split(/\s+/))
        if (/^[\w'(").,:;!?-]{1,16}$/.test(word)) words.push(word);
    } catch {
      // Not all have one.
    }
  return words;
}

/** @param {number} days over which the rows are spread, up to `end` (ms) */
export class RowMaker {
  #words = wordsOfPeople();
  #random = randomFrom(16);

  constructor({ rows, days, end }) {
    this.rows = rows;
    this.start = end - days * DAY_MS;
    this.stepMs = (days * DAY_MS) / rows;
  }

  get vocabulary() {
    return this.#words;
  }

  /** One line of COPY for each of the three tables; the last is absent for most rows. */
  lines(index) {
    const random = this.#random;
    const at = this.start + index * this.stepMs + random() * this.stepMs;
    const timestamp = new Date(at).toISOString().replace('T', ' ').replace('Z', '');
    const id = idOf(index, random);
    const which = random();
    const model = MODELS[MODEL_SHARES.findIndex((share) => which < share)];
    const outcome = random();
    const status =
      outcome < 0.96 ? 'ok' : outcome < 0.985 ? 'error' : outcome < 0.999 ? 'client_closed' : 'interrupted';
    const isOk = status === 'ok';
    // A few keys make most of the calls.
    const key = KEYS[Math.floor(random() ** 3 * KEYS.length)];
    const prompt =
      this.#prose(8 + Math.floor(60 * random() ** 3)) + (index % 10 === 0 ? ` order-${index}` : '');
    const response = isOk ? this.#prose(10 + Math.floor(250 * random() ** 2)) : '';
    const messages = random() < 0.1 ? conversation(prompt, this.#prose(60)) : '';
    const tokens = Math.ceil(response.length / 4);
    const ttft = isOk ? (0.1 + random() ** 3 * 2).toFixed(3) : '\\N';
    const latency = (0.2 + tokens / 90 + random() ** 8 * 60).toFixed(3);
    const cost = isOk ? (tokens * 1.5e-7).toFixed(10) : '\\N';
    const error = status === 'error' ? 'upstream_timeout' : '';
    const texts = [prompt, response, messages].map(escaped);
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    const narrow = [
      timestamp,
      id,
      model,
      random() < 0.02 ? MODELS[0] : model,
      key,
      status,
      error,
      isOk ? 'stop' : '',
    ];
    const names = [`${model}ai/${model}-2512`, `user-${Math.floor(random() * 5000)}`, id];
    const numbers = [
      latency,
      ttft,
      '0.0004',
      cost,
      Math.ceil(prompt.length / 4),
      isOk ? tokens : '\\N',
      1,
      bytes,
    ];
    return {
      chats: [...narrow, ...names, ...numbers].join('\t') + '\n',
      chat_texts: [timestamp, id, ...texts].join('\t') + '\n',
      amended: random() < 0.03 ? amended(id, timestamp, random() < 0.7) : '',
    };
  }

  /** A run of words from somewhere, and some from anywhere. */
  #prose(length) {
    const random = this.#random;
    const from = Math.floor(random() * (this.#words.length - length));
    const words = this.#words.slice(from, from + length);
    for (let place = 4; place < length; place += 5)
      words[place] = this.#words[Math.floor(random() * this.#words.length)];
    return words.join(' ');
  }
}

export const COLUMNS = {
  chats:
    'timestamp, id, model, requested_model, key, status, error, finish_reason, upstream_model, "user", request_id, latency, ttft, overhead, cost, prompt_tokens, response_tokens, attempts, bytes',
  chat_texts: 'timestamp, id, prompt, response, messages',
  amended: 'id, first_at, last_at, score, score_at',
};

const amended = (id, timestamp, isGood) =>
  `${[id, timestamp, timestamp, isGood ? 1 : -1, timestamp].join('\t')}\n`;

const escaped = (text) => text.replace(/[\\\n\r\t]/g, ' ');

const conversation = (prompt, earlier) =>
  JSON.stringify([
    { role: 'user', content: 'How does this work?' },
    { role: 'assistant', content: earlier },
    { role: 'user', content: prompt },
  ]);

/** In the order of time, with an end that nobody could guess, like those of the service. */
function idOf(index, random) {
  let id = `01K${String(index).padStart(11, '0')}`;
  while (id.length < 26) id += ID_LETTERS[Math.floor(random() * 32)];
  return id;
}
