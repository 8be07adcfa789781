/**
 * Two replicas behind nginx on one PostgreSQL, under load: one is stopped, one is killed, the database is restarted.
 * By hand: `npm run build && node test/bench/replicas.mjs [concurrency]`. Needs nginx in the PATH.
 */
import { transformFile } from '@swc/core';
import console from 'node:console';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Emulator } from '../../dist/emulator/emulator.js';

const CONCURRENCY = Number(process.argv[2] ?? 12);
const ADMIN = 'admin-of-the-replicas-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const PORTS = { nginx: 18400, replicas: [18401, 18402] };
const LIMITS = { rpm: 200, budget: 60 };
const { fetch } = globalThis;

const folder = mkdtempSync(join(tmpdir(), 'parley-replicas-'));
const { PostgresServer, query } = await loadServer();
const server = await PostgresServer.start();
const emulator = await Emulator.start({ port: 0, generationMisses: 0, firstTokenMs: 100, chunkMs: 20 });
emulator.model(LLAMA, { promptPrice: '0', completionPrice: '0.01' });
emulator.answer(LLAMA, { text: 'ten cents for this', completionTokens: 10, cost: 0.1 });
const replicas = [await startReplica(0), await startReplica(1)];
const nginx = await startNginx();
const counts = {};
const failures = [];
let isOver = false;

try {
  const keys = {
    free: await makeKey({ name: 'free' }),
    rpm: await makeKey({ name: 'rpm', rpm: LIMITS.rpm }),
    budget: await makeKey({ name: 'budget', budget: String(LIMITS.budget) }),
  };
  const began = Date.now();
  const load = Object.entries(keys).flatMap(([name, key]) =>
    Array.from({ length: CONCURRENCY / 3 }, () => ask(name, key)),
  );
  await sleep(8_000);
  step('the first replica is taken out of nginx, and stopped (SIGTERM)');
  configure([1]);
  await sleep(500);
  await end(0, 'SIGTERM');
  replicas[0] = await startReplica(0);
  configure([0, 1]);
  await sleep(8_000);
  step('the second replica is killed (SIGKILL)');
  const killedAt = Date.now();
  await end(1, 'SIGKILL');
  await sleep(4_000);
  replicas[1] = await startReplica(1);
  await sleep(10_000);
  step('the database is restarted, as after a crash');
  const restartedAt = Date.now();
  await server.restart('immediate');
  step(`it is back after ${Date.now() - restartedAt} ms`);
  await sleep(8_000);
  isOver = true;
  await Promise.all(load);
  step('the load is over; calls are settled and rows shipped');
  await settled();
  await report(keys, { began, killedAt, restartedAt });
} finally {
  isOver = true;
  nginx.kill('SIGTERM');
  for (const replica of replicas) replica.child.kill('SIGKILL');
  await emulator.close();
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** The tests' own server, which is TypeScript. */
async function loadServer() {
  const { code } = await transformFile('test/support/postgres-server.ts', {
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  });
  const path = resolve(`dist/postgres-server-${process.pid}.mjs`);
  writeFileSync(path, code);
  return import(path).finally(() => rmSync(path));
}

async function startReplica(index) {
  const env = {
    PATH: process.env.PATH,
    OPENROUTER_API_KEY: 'sk-or-bench',
    OPENROUTER_BASE_URL: emulator.url,
    DATABASE_URL: server.url,
    ADMIN_KEY: ADMIN,
    CHAT_LOG_PATH: join(folder, String(index), 'chat_logs.csv'),
    PORT: String(PORTS.replicas[index]),
    LOG_LEVEL: 'warn',
  };
  mkdirSync(join(folder, String(index)), { recursive: true });
  const child = spawn(process.execPath, [resolve('dist/main.js')], { cwd: folder, env, stdio: 'ignore' });
  for (;;) {
    const health = await fetch(`http://127.0.0.1:${env.PORT}/health`).catch(() => undefined);
    if (health?.ok) return { child };
    if (child.exitCode !== null) throw new Error('A replica did not start');
    await sleep(50);
  }
}

async function end(index, signal) {
  const { child } = replicas[index];
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

function writeConfiguration(indexes) {
  const servers = PORTS.replicas.map(
    (port, index) => `server 127.0.0.1:${port}${indexes.includes(index) ? '' : ' down'};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `pid ${folder}/nginx.pid; error_log /dev/null; worker_processes 1; daemon off;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream parley { ${servers.join(' ')} keepalive 64; keepalive_timeout 60s; }
  server {
    listen 127.0.0.1:${PORTS.nginx};
    # A reload closes idle connections of clients; these here do not expect it.
    keepalive_timeout 0;
    add_header X-Replica $upstream_addr always;
    location / {
      proxy_pass http://parley; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_buffering off; proxy_read_timeout 310s;
      # Another replica only where none was reached: a chat that was sent is not sent twice.
      proxy_next_upstream error timeout;
    }
  }
}`,
  );
}

async function startNginx() {
  writeConfiguration([0, 1]);
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
  await sleep(500);
  return child;
}

function configure(indexes) {
  writeConfiguration(indexes);
  nginx.kill('SIGHUP');
}

async function call(path, key, body) {
  const reply = await fetch(`http://127.0.0.1:${PORTS.nginx}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, text, replica: reply.headers.get('x-replica') };
}

async function makeKey(terms) {
  const { key } = JSON.parse((await call('/keys', ADMIN, terms)).text);
  while ((await call('/models', key)).status !== 200 || (await call('/models', key)).status !== 200)
    await sleep(50);
  return key;
}

/** One client after another; who is refused waits a little. */
async function ask(name, key) {
  const mine = (counts[name] ??= {});
  while (!isOver) {
    const began = Date.now();
    const reply = await call('/chat', key, {
      model: 'llama',
      prompt: 'Say something.',
      max_tokens: 10,
    }).catch((error) => ({ status: error.cause?.code ?? error.message }));
    mine[reply.status] = (mine[reply.status] ?? 0) + 1;
    if (![200, 402, 429].includes(reply.status))
      failures.push({ name, status: reply.status, replica: reply.replica, began, ended: Date.now() });
    if (reply.status !== 200) await sleep(100);
  }
}

async function settled() {
  for (let i = 0; i < 300; i++) {
    const [{ holds }] = await query(server.url, 'SELECT count(*)::int AS holds FROM holds WHERE NOT owed');
    const health = await (await fetch(`http://127.0.0.1:${PORTS.replicas[0]}/health/ready`)).text();
    const other = await (await fetch(`http://127.0.0.1:${PORTS.replicas[1]}/health/ready`)).text();
    if (holds === 0 && /"pending":0/.test(health) && /"pending":0/.test(other)) return;
    await sleep(200);
  }
  step('not all was settled within a minute');
}

async function report(keys, { began, killedAt, restartedAt }) {
  console.log(counts);
  const at = (time) => ((time - began) / 1000).toFixed(1);
  console.log(`killed at ${at(killedAt)} s, database restarted at ${at(restartedAt)} s; failures:`);
  for (const { name, status, replica, began: from, ended } of failures)
    console.log(`  ${name}: ${status} from ${replica}, ${at(from)}–${at(ended)} s`);
  for (const [name, key] of Object.entries(keys)) {
    const [rows] = await query(
      server.url,
      `SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids, count(*) FILTER (WHERE status = 'ok')::int AS ok,
       count(*) FILTER (WHERE status = 'interrupted')::int AS interrupted, round(sum(cost)::numeric, 9)::float8 AS cost
       FROM chat_log WHERE key = $1`,
      [key.split('_')[1]],
    );
    const { usage } = JSON.parse((await call('/keys/me', key)).text);
    console.log(name, { answered: counts[name][200], ...rows }, usage.budget ?? '');
  }
}

function step(line) {
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
}
