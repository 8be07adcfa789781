/**
 * A process that does nothing but keep rows, for tests that kill it, fill its disk and fail its system calls.
 * Reads commands as JSON lines from stdin, answers in JSON lines on stdout. Every answer is one synchronous write, so
 * that what was acknowledged before a SIGKILL is known.
 *
 *   [DATABASE_URL=…] node log-driver.mjs <path of the log> <write|fsync>
 */
import { writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Settings } from '../../dist/config/settings.js';
import { CsvLogStore } from '../../dist/logging/csv/csv-log.store.js';
import { PostgresLogStore } from '../../dist/logging/postgres/postgres-log.store.js';

const [path, durability] = process.argv.slice(2);
/** The pipe does not block: while the reader is behind, the rest is tried again. */
function say(message) {
  for (let rest = Buffer.from(JSON.stringify(message) + '\n'); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

const speak = (level) => (line) => say({ line: `${level} ${line}` });
Logger.overrideLogger({ log: speak('log'), warn: speak('warn'), error: speak('error') });

const told = { rows: 0, amendments: 0 };
const settings = Object.assign(new Settings(), { CHAT_LOG_PATH: path, CHAT_LOG_DURABILITY: durability });
const { DATABASE_URL } = process.env;
const store = DATABASE_URL
  ? new PostgresLogStore(Object.assign(settings, { DATABASE_URL }))
  : new CsvLogStore(settings);
store.rows$.subscribe(() => told.rows++);
store.amendments$.subscribe(() => told.amendments++);
const delay = monitorEventLoopDelay({ resolution: 5 });
let last = 0;
let stopping = false;

async function append(size) {
  const id = `${process.pid}-${++last}`;
  // Long texts are mostly plain: csv-writer takes 50 ms to double the quotes of 1 MB that is full of them.
  const prompt = `"${id}",\r\n${'x,"\r\n'.repeat(Math.min(size / 5, 200)).padEnd(size, 'ab ')}`;
  const result = await store.append({
    timestamp: new Date().toISOString(),
    model: 'mistral',
    prompt,
    response: 'ünï\u2028',
    latency: 1.5,
    prompt_tokens: null,
    response_tokens: 7,
    status: 'ok',
    error: '',
    finish_reason: 'stop',
    ttft: 0.1,
    cost: 0.001,
    upstream_model: 'm/m',
    attempts: 1,
    id,
    messages: '',
    requested_model: 'mistral',
    key: '',
    user: '',
    request_id: id,
    overhead: 0.0004,
  });
  say({ id, result });
}

async function produce(size) {
  // A pending row is answered at once: without a turn of the event loop the log could never recover.
  while (!stopping) await append(size).then(() => nextTurn());
}

function admit() {
  try {
    store.admit();
    return { admitted: true };
  } catch (problem) {
    const { code, detail, retryAfter } = problem;
    return { admitted: false, status: problem.getStatus(), code, detail, retryAfter };
  }
}

const commands = {
  append: ({ rows, size }) => Promise.all(Array.from({ length: rows }, () => append(size))),
  load: ({ producers, size }) => {
    for (let n = 0; n < producers; n++) void produce(size);
  },
  admit,
  state: () => ({ ...store.state(), ...store.counters?.(), told }),
  amend: ({ amendments }) => store.amend(amendments),
  flush: () => store.flush(),
  shutdown: () => store.onApplicationShutdown(),
  loopDelay: () => ({ max: delay.max / 1e6 }),
};

async function stop() {
  stopping = true;
  await store.onApplicationShutdown();
  process.exit();
}

try {
  await store.onModuleInit();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
delay.enable();
process.on('SIGTERM', () => void stop());
createInterface({ input: process.stdin }).on('line', (line) => {
  const { command, ...options } = JSON.parse(line);
  void Promise.resolve(commands[command](options)).then((answer) => say({ done: command, answer }));
});
say({ ready: process.pid });
