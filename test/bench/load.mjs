/**
 * Three kinds of load. Each opens its own connections, leads in without measuring, measures for a fixed time, then
 * lets everything under way finish, so that afterwards sent, answered and recorded can be compared exactly.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.mjs';

/**
 * @typedef {object} Target
 * @property {number} port
 * @property {Buffer} request
 * @property {(reply: { status: number, body: Buffer }) => boolean} check
 * @property {() => Promise<{ cpuUs: number, rssBytes: number }>} usage of the process that answers
 */

class Run {
  latenciesMs = [];
  firstBytesMs = [];
  sent = 0;
  wrong = 0;
  running = true;
  measuring = false;

  /** @param {Target} target */
  constructor(target) {
    this.target = target;
  }

  static async open(target, count) {
    const run = new Run(target);
    const address = { host: '127.0.0.1', port: target.port };
    run.connections = await Promise.all(Array.from({ length: count }, () => Connection.open(address)));
    return run;
  }

  async exchange(connection, since = performance.now()) {
    this.sent++;
    const reply = await connection.send(this.target.request);
    if (!this.target.check(reply)) this.note(reply);
    if (!this.measuring) return;
    this.latenciesMs.push(reply.endedAt - since);
    this.firstBytesMs.push(reply.firstByteAt - since);
  }

  note({ status, body }) {
    this.firstWrong ??= `${status} ${body?.subarray(0, 300).toString() ?? ''}`;
    this.wrong++;
    // A broken connection would fail again at once, thousands of times.
    if (status === 0) this.running = false;
  }

  /** Measures while `work`, which runs until `running` is false, goes on. */
  async measure(work, leadInMs, durationMs) {
    const bytes = () => this.connections.reduce((sum, { socket }) => sum + socket.bytesRead, 0);
    const working = work();
    await sleep(leadInMs);
    const before = await this.target.usage();
    const [startedAt, bytesBefore] = [performance.now(), bytes()];
    this.measuring = true;
    await sleep(durationMs);
    const after = await this.target.usage();
    this.measuring = false;
    const [seconds, bytesInWindow] = [(performance.now() - startedAt) / 1000, bytes() - bytesBefore];
    this.running = false;
    await working;
    const exchanges = bytesInWindow / (bytes() / this.sent);
    this.connections.forEach((connection) => connection.close());
    return {
      sent: this.sent,
      wrong: this.wrong,
      firstWrong: this.firstWrong,
      seconds,
      /** By bytes, so that those half done at either end of the window count as half. */
      exchanges,
      latenciesMs: this.latenciesMs,
      firstBytesMs: this.firstBytesMs,
      cpuUs: after.cpuUs - before.cpuUs,
      rssBytes: after.rssBytes,
    };
  }
}

/** Until so many requests have been answered, or the time is over. */
export async function warmUpLoop(target, { connections, requests, maxMs }) {
  const run = await Run.open(target, connections);
  const end = performance.now() + maxMs;
  const loop = async (connection) => {
    while (run.running && run.sent < requests && performance.now() < end) await run.exchange(connection);
  };
  await Promise.all(run.connections.map(loop));
  run.connections.forEach((connection) => connection.close());
  return run;
}

/** As many requests as the target takes, one at a time on each connection. */
export async function closedLoop(target, { connections, leadInMs, durationMs }) {
  const run = await Run.open(target, connections);
  const loop = async (connection) => {
    while (run.running) await run.exchange(connection);
  };
  return run.measure(() => Promise.all(run.connections.map(loop)), leadInMs, durationMs);
}

/**
 * Requests at a fixed rate, whatever the target takes. One that finds no free connection waits for one, and its
 * latency counts from when it should have been sent.
 */
export async function openLoop(target, { perSecond, connections, leadInMs, durationMs }) {
  const run = await Run.open(target, connections);
  const free = [...run.connections];
  const waiting = [];
  const exchanges = new Set();
  const start = (connection, since) => {
    const exchange = run.exchange(connection, since).then(() => {
      exchanges.delete(exchange);
      if (waiting.length > 0) start(connection, waiting.shift());
      else free.push(connection);
    });
    exchanges.add(exchange);
  };
  const work = async () => {
    const startedAt = performance.now();
    for (let due = 0; run.running;) {
      const elapsed = performance.now() - startedAt;
      for (; due < (elapsed / 1000) * perSecond; due++) {
        // In turn: one that never asks is closed by the service after a while.
        const connection = free.shift();
        if (connection) start(connection, performance.now());
        else waiting.push(performance.now());
      }
      await sleep(1);
    }
    while (exchanges.size > 0) await Promise.all(exchanges);
  };
  return run.measure(work, leadInMs, durationMs);
}

/** Always `concurrent` streams open, begun evenly over the time that one takes, as callers do not come all at once. */
export async function streams(target, { concurrent, streamMs, durationMs }) {
  const run = await Run.open(target, concurrent);
  const loop = async (connection, index) => {
    await sleep((index / concurrent) * streamMs);
    while (run.running) await run.exchange(connection);
  };
  return run.measure(() => Promise.all(run.connections.map(loop)), streamMs * 1.2, durationMs);
}

/** Opens streams, looks at the process once all have had their first event, and waits for their end. */
export async function heldStreams(target, { concurrent, openingMs }) {
  const before = await target.usage();
  const run = await Run.open(target, concurrent);
  const exchanges = run.connections.map(async (connection, index) => {
    await sleep((index / concurrent) * openingMs);
    await run.exchange(connection);
  });
  await sleep(openingMs + 300);
  const open = await target.usage();
  await Promise.all(exchanges);
  run.connections.forEach((connection) => connection.close());
  return {
    sent: run.sent,
    wrong: run.wrong,
    firstWrong: run.firstWrong,
    kbPerStream: (open.rssBytes - before.rssBytes) / concurrent / 1024,
  };
}
