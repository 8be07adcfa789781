// Exports, erasure and retention at the size of a large log, once each: time, and memory of the service above idle.
//   node test/bench/postgres-load.mjs <folder>        once
//   node test/bench/postgres-upkeep.mjs <folder> [rows=1000000] [destroy]
// With `destroy` it also erases the texts of the oldest days, and drops the oldest month, for good.
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import pg from 'pg';
import { parley, startUpstream } from './candidates.mjs';
import { BenchPostgres } from './postgres-server.mjs';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const [place, rows = '1000000', destroy = ''] = process.argv.slice(2);
if (!place) throw new Error('usage: postgres-upkeep.mjs <folder> [rows] [destroy]');

const download = (port, path) =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let bytes = 0;
      let lines = 0;
      response.on('data', (piece) => {
        bytes += piece.length;
        for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines++;
      });
      response.on('end', () => {
        if (response.statusCode === 200 && response.complete)
          resolve({ MiB: Math.round(bytes / MIB), lines });
        else reject(new Error(`${path}: ${response.statusCode}`));
      });
      response.on('error', reject);
    }).on('error', reject);
  });

/** Time, and the most memory that the process had meanwhile above what it had before. */
async function watched(name, server, work) {
  const idle = server?.rssBytes() ?? 0;
  let most = idle;
  const timer = setInterval(() => (most = Math.max(most, server?.rssBytes() ?? 0)), 50);
  const began = performance.now();
  const result = await work();
  clearInterval(timer);
  return {
    what: name,
    seconds: ((performance.now() - began) / 1000).toFixed(1),
    'RSS above idle, MiB': Math.round((most - idle) / MIB),
    ...result,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'parley-upkeep-'));
const running = [];
const table = [];
const note = (line) => {
  table.push(line);
  console.log(JSON.stringify(line));
};
try {
  const postgres = await BenchPostgres.start(place);
  running.push(postgres);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const ask = async (sql, values) => (await client.query(sql, values)).rows[0];
  const { start } = await ask('SELECT extract(epoch FROM min(timestamp))::float8 * 1000 AS start FROM chats');
  const { till } = await ask(
    `SELECT extract(epoch FROM max(timestamp))::float8 * 1000 AS till FROM
       (SELECT timestamp FROM chats ORDER BY timestamp LIMIT $1) AS first`,
    [Number(rows)],
  );
  const upstream = await startUpstream(folder);
  running.push(upstream.server);
  for (const format of ['jsonl', 'csv', 'parquet']) {
    // In a process of its own, as memory is not given back at once.
    const { server, port } = await parley(upstream, folder, format, { env: { DATABASE_URL: postgres.url } });
    running.push(server);
    const path = `/logs/export?format=${format}&to=${new Date(till).toISOString()}`;
    await download(port, `/logs/export?format=${format}&to=${new Date(start + 60_000).toISOString()}`);
    note(await watched(`export ${format}`, server, () => download(port, path)));
    await server.stop();
  }
  if (destroy === 'destroy') {
    const { eraseChats } = await import('../../dist/logging/postgres/erase-chats.js');
    const { LogDatabase } = await import('../../dist/logging/postgres/log-database.js');
    const said = [];
    const say = (line) => said.push(line);
    const { id } = await ask('SELECT id FROM chats WHERE timestamp > $1 ORDER BY timestamp LIMIT 1', [
      new Date(till).toISOString().slice(0, -1),
    ]);
    note(await watched('erase one row', undefined, () => eraseChats(postgres.url, { ids: [id] }, { say })));
    const before = new Date(start + DAY_MS);
    note(await watched('erase a day', undefined, () => eraseChats(postgres.url, { before }, { say })));
    const retentionDays = Math.floor((Date.now() - start) / DAY_MS) - 31;
    const database = new LogDatabase({ url: postgres.url, writeTimeoutMs: 5_000, retentionDays });
    note(
      await watched('drop the oldest month', undefined, async () => ({
        dropped: (await database.maintain()).join(),
      })),
    );
    await database.close();
    console.log(said.join('\n'));
  }
  await client.end();
  console.table(table);
  console.log(`load of the machine ${loadavg()[0].toFixed(1)}`);
} finally {
  for (const server of running.reverse()) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
