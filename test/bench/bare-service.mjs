/**
 * The yardstick: what Parley does for a chat that goes well, and nothing else, on `node:http` and undici's dispatcher.
 * It reads the body, asks the upstream with `stream: true`, takes its events apart, answers in Parley's shape (JSON, or
 * events parsed and encoded again), and replies only once the row is in the file. It does so rightly: text may be cut
 * anywhere, ids are unique, a chat has a deadline, a client that leaves ends the call. It has no limits, no rules for
 * fields, no retries, breakers or fallback, no care for a disk that fails and no words for an error: that is what the
 * ratio to it measures.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { StringDecoder } from 'node:string_decoder';
import { clearTimeout, setTimeout } from 'node:timers';
import { Agent } from 'undici';
import { BareLog } from './bare-log.mjs';

const upstream = new URL(process.env.OPENROUTER_BASE_URL);
const agent = new Agent();
const log = new BareLog(process.env.CHAT_LOG_PATH);
const headers = {
  authorization: 'Bearer bench',
  'content-type': 'application/json',
  accept: 'text/event-stream',
};
const STREAM_HEAD = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' };
const DEADLINE_MS = 300_000;

/** Events out of reads: whole lines are looked at, the rest of a read is kept for the next. */
class Events {
  rest = '';
  decoder = new StringDecoder('utf8');

  constructor(onData) {
    this.onData = onData;
  }

  push(bytes) {
    const text = this.rest + this.decoder.write(bytes);
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      if (text.startsWith('data: ', from)) this.onData(text.slice(from + 6, end));
      from = end + 1;
    }
    this.rest = from === text.length ? '' : text.slice(from);
  }
}

/** One chat: handler of the upstream's reply and the answer as it grows. */
class Chat {
  text = '';
  finish = '';
  usage = undefined;
  firstAt = 0;
  id = randomUUID();
  arrivedAt = performance.now();
  timestamp = new Date().toISOString();
  pending = '';

  constructor(request, response) {
    this.request = request;
    this.response = response;
    this.events = new Events((data) => this.onEvent(data));
    this.deadline = setTimeout(() => this.giveUp(), DEADLINE_MS);
    response.on('close', () => {
      if (!response.writableFinished) this.giveUp();
    });
  }

  giveUp() {
    this.controller?.abort(new Error('given up'));
  }

  onRequestStart(controller) {
    this.controller = controller;
  }

  onResponseStart(controller, status) {
    if (status !== 200) controller.abort(new Error(`upstream answered ${status}`));
    else if (this.request.stream) this.response.writeHead(200, STREAM_HEAD);
  }

  onResponseData(_controller, bytes) {
    this.events.push(bytes);
  }

  /** Events that arrive in one read leave in one write: the dispatcher hands over all of a read before ticks run. */
  sendLater(text) {
    if (this.pending === '') process.nextTick(() => this.flush());
    this.pending += text;
  }

  flush() {
    this.response.write(this.pending);
    this.pending = '';
  }

  onEvent(data) {
    if (data === '[DONE]') return;
    const { choices, usage } = JSON.parse(data);
    if (usage) this.usage = usage;
    const choice = choices[0];
    if (!choice) return;
    const { content } = choice.delta;
    if (content) {
      if (this.firstAt === 0) this.firstAt = performance.now();
      this.text += content;
      if (this.request.stream) this.sendLater(`event: delta\ndata: ${JSON.stringify({ text: content })}\n\n`);
    }
    if (choice.finish_reason) this.finish = choice.finish_reason;
  }

  onResponseEnd() {
    clearTimeout(this.deadline);
    const result = {
      latency: Math.round(performance.now() - this.arrivedAt) / 1000,
      prompt_tokens: this.usage?.prompt_tokens ?? null,
      response_tokens: this.usage?.completion_tokens ?? null,
      model: this.request.model,
      timestamp: this.timestamp,
      id: this.id,
      upstream_model: 'mistralai/ministral-8b-2512',
      finish_reason: this.finish,
      ttft: Math.round(this.firstAt - this.arrivedAt) / 1000,
      cost: this.usage?.cost ?? null,
      attempts: 1,
    };
    log.append(this.request.prompt, this.text, result, () => this.reply(result));
  }

  onResponseError(_controller, error) {
    clearTimeout(this.deadline);
    this.response.destroy(error);
  }

  reply(result) {
    if (this.request.stream) {
      this.response.end(`event: done\ndata: ${JSON.stringify(result)}\n\n`);
      return;
    }
    const json = Buffer.from(JSON.stringify({ response: this.text, ...result }));
    this.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': json.length });
    this.response.end(json);
  }
}

function ask(body, response) {
  const request = JSON.parse(body);
  if (typeof request.prompt !== 'string' || typeof request.model !== 'string') {
    response.writeHead(400).end();
    return;
  }
  agent.dispatch(
    {
      origin: upstream.origin,
      path: `${upstream.pathname}/chat/completions`,
      method: 'POST',
      headers,
      body: JSON.stringify({
        model: 'mistralai/ministral-8b-2512',
        messages: [{ role: 'user', content: request.prompt }],
        stream: true,
        stream_options: { include_usage: true },
      }),
    },
    new Chat(request, response),
  );
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text) => (body += text));
  request.on('end', () => ask(body, response));
});
server.listen(0, '127.0.0.1', 4096, () => process.send({ listening: server.address().port }));
