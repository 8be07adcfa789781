/**
 * What open streams cost, and whether they are given back: `npm run build && node test/bench/open-streams.mjs [count]`.
 * Opens so many streams at once (default 1000, half of them at each door), each of which gets its first piece and then
 * waits; reads the service's memory; has all clients vanish without a word; and checks what is left.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, ServerProcess } from './server-process.mjs';

const count = Number(process.argv[2] ?? 1000);
const KB = 1024;
const DOORS = [
  ['/chat', { model: 'llama', prompt: 'Say hello.', stream: true }],
  [
    '/v1/chat/completions',
    { model: 'llama', messages: [{ role: 'user', content: 'Say hello.' }], stream: true },
  ],
];

async function main() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-streams-'));
  const [upstreamPort, port] = [await freePort(), await freePort()];
  const dist = (path) => new URL(`../../dist/${path}`, import.meta.url).pathname;
  const output = join(folder, 'output');
  const upstream = ServerProcess.start([dist('emulator/main.js'), '--port', String(upstreamPort)], {
    output,
  });
  const upstreamUrl = `http://127.0.0.1:${upstreamPort}`;
  await upstream.firstOk(`${upstreamUrl}/emulator/stats`);
  await order(upstreamUrl, { always: { kind: 'stall', at: 2 } });
  const service = ServerProcess.start(['--expose-gc', dist('main.js')], {
    output,
    env: {
      OPENROUTER_API_KEY: 'none',
      OPENROUTER_BASE_URL: `${upstreamUrl}/api/v1`,
      PORT: String(port),
      CHAT_LOG_PATH: join(folder, 'chat_logs.csv'),
      IDLE_TIMEOUT_MS: '600000',
    },
  });
  try {
    await service.firstOk(`http://127.0.0.1:${port}/health`);
    // What the first streams load and compile is no cost of an open one.
    await leave(await open(port, 50));
    await released(upstreamUrl);
    await sleep(1000);
    const idle = await service.usage();
    const start = performance.now();
    const streams = await open(port, count);
    const openMs = performance.now() - start;
    await sleep(500);
    const full = await service.usage();
    const left = performance.now();
    await leave(streams);
    await released(upstreamUrl);
    const releaseMs = performance.now() - left;
    await sleep(1000);
    const after = await service.usage();
    const rows =
      (await readFile(join(folder, 'chat_logs.csv'), 'utf8')).split('client_closed","client_closed').length -
      1;
    console.log(`streams open at once            ${streams.length}`);
    console.log(`to open them all                ${openMs.toFixed(0)} ms`);
    console.log(`memory idle, after the first 50 ${(idle.rssBytes / KB / KB).toFixed(1)} MB`);
    console.log(`memory with all open            ${(full.rssBytes / KB / KB).toFixed(1)} MB`);
    console.log(
      `per open stream                 ${((full.rssBytes - idle.rssBytes) / KB / count).toFixed(1)} KB`,
    );
    console.log(`all released upstream after     ${releaseMs.toFixed(0)} ms`);
    console.log(`memory a second later           ${(after.rssBytes / KB / KB).toFixed(1)} MB`);
    console.log(`rows that say client_closed     ${rows} of ${count + 50}`);
    if (rows !== count + 50) process.exitCode = 1;
  } finally {
    await service.stop();
    await upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function order(upstreamUrl, body) {
  const response = await fetch(`${upstreamUrl}/emulator/script`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Resolves once each stream has sent text. */
function open(port, many) {
  return Promise.all(Array.from({ length: many }, (_, i) => openOne(port, ...DOORS[i % DOORS.length])));
}

function openOne(port, path, fields) {
  const body = JSON.stringify(fields);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('error', reject);
    socket.on('data', (data) => {
      text += data;
      if (!text.startsWith('HTTP/1.1 200')) reject(new Error(text));
      else if (/"(text|content)":"\w/.test(text)) resolve(socket);
    });
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
}

async function leave(sockets) {
  for (const socket of sockets) socket.destroy();
}

async function released(upstreamUrl) {
  for (;;) {
    const stats = await (await fetch(`${upstreamUrl}/emulator/stats`)).json();
    if (stats.total.open === 0) return;
    await sleep(5);
  }
}

await main();
