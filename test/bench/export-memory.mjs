// How much memory an export takes over a service that was never asked about its log (H6: at most 256 MB):
//   npm run build && node test/bench/export-memory.mjs [rows=1000000] [format=parquet] [bytes per row=480]
import { Buffer } from 'node:buffer';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setInterval, clearInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { NODE_FLAGS } from './candidates.mjs';
import { generateLog } from './generate-log.mjs';
import { freePort, ServerProcess } from './server-process.mjs';

const MAIN = resolve(import.meta.dirname, '../../dist/main.js');
const SAMPLE_MS = 50;
/** Beside other work too. */
const START_MS = 120_000;
const MOST_MB = 256;

const [rows = 1_000_000, format = 'parquet', bytes = 480] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
const mb = (count) => Math.round(count / 1024 ** 2);

async function start(log) {
  const port = await freePort();
  const server = ServerProcess.start([...NODE_FLAGS, MAIN], {
    cwd: folder,
    output: join(folder, 'out.txt'),
    reporting: false,
    env: {
      OPENROUTER_API_KEY: 'sk-or-bench',
      CATALOGUE_REFRESH_MS: '0',
      CHAT_LOG_PATH: join(folder, log),
      PORT: String(port),
    },
  });
  await server.firstOk(`http://127.0.0.1:${port}/health`, START_MS);
  await sleep(2_000);
  return { server, url: `http://127.0.0.1:${port}` };
}

async function idleBytes() {
  const { server } = await start('empty.csv');
  const idle = server.rssBytes();
  await server.stop();
  return idle;
}

try {
  const idle = await idleBytes();
  await generateLog(join(folder, 'chat_logs.csv'), Number(rows), Number(bytes));
  const { server, url } = await start('chat_logs.csv');
  try {
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, server.rssBytes())), SAMPLE_MS);
    await (await fetch(`${url}/logs/stats`)).json();
    const [loaded, afterLoad] = [most, server.rssBytes()];
    most = 0;
    const reply = await fetch(`${url}/logs/export?format=${format}`);
    let size = 0;
    let end = Buffer.alloc(0);
    for await (const chunk of reply.body) {
      size += chunk.length;
      end = Buffer.from(chunk).subarray(-4);
    }
    clearInterval(watch);
    if (reply.status !== 200 || (format === 'parquet' && end.toString() !== 'PAR1'))
      throw new Error(`The export failed: ${reply.status}`);
    console.log(
      `${rows} rows of ${bytes} bytes as ${format}, ${mb(size)} MB: idle ${mb(idle)} MB; first question ${mb(afterLoad)}, ` +
        `at most ${mb(loaded)}; export at most ${mb(most)}: ${mb(most - idle)} over idle, ${mb(most - afterLoad)} over one that has answered`,
    );
    process.exitCode = most - idle > MOST_MB * 1024 ** 2 ? 1 : 0;
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
