/**
 * The upstream that all candidates ask: OpenRouter's wire (shared/openrouter.md) without the work. Raw sockets and
 * answers made in advance, because on a small machine it takes its CPU from what is being measured. Faults, checks
 * and realism are the emulator's; this only has to be fast and right.
 */
import { createServer } from 'node:net';
import process from 'node:process';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { orderIn, piecesOf, textOf, usageOf } from './answers.mjs';

const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n';
const ENVELOPE = {
  id: 'gen-1763918447-Zk3mW0aVqB8xT5nR',
  provider: 'Mistral',
  model: 'mistralai/ministral-8b-2512',
  object: 'chat.completion.chunk',
  created: 1763918447,
};
const END = '0\r\n\r\n';

function httpChunk(text) {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function event(choice, rest = {}) {
  return httpChunk(`data: ${JSON.stringify({ ...ENVELOPE, choices: choice ? [choice] : [], ...rest })}\n\n`);
}

function contentEvent(content, finish = null) {
  return event({
    index: 0,
    delta: { role: 'assistant', content },
    finish_reason: finish,
    native_finish_reason: finish,
    logprobs: null,
  });
}

function prepared(order) {
  const pieces = piecesOf(order).map((piece) => contentEvent(piece));
  const tail =
    contentEvent('', 'stop') + event(undefined, { usage: usageOf(order) }) + httpChunk('data: [DONE]\n\n');
  const complete = {
    ...ENVELOPE,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: textOf(order), refusal: null },
        finish_reason: 'stop',
        native_finish_reason: 'stop',
        logprobs: null,
      },
    ],
    usage: usageOf(order),
  };
  return {
    order,
    pieces: pieces.map((piece) => Buffer.from(piece)),
    tail: Buffer.from(tail + END),
    atOnce: Buffer.from(STREAM_HEAD + pieces.join('') + tail + END),
    complete: Buffer.from(json(complete)),
  };
}

/** What `GET /models` says, and `GET /key` as far as anybody reads it: keys with a budget ask only what has a price. */
const CATALOGUE = json({
  data: ['mistralai/mistral-7b-instruct', ENVELOPE.model].map((id) => ({
    id,
    context_length: 262144,
    pricing: { prompt: '0.00000015', completion: '0.00000015' },
  })),
});

function json(body) {
  const text = JSON.stringify(body);
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

const answers = new Map();

function answerTo(text) {
  const order = orderIn(text);
  const key = `${order.chunks}/${order.delayMs}/${order.everyMs}`;
  let answer = answers.get(key);
  if (!answer) answers.set(key, (answer = prepared(order)));
  return answer;
}

function reply(socket, body) {
  const answer = answerTo(body);
  const { delayMs, everyMs } = answer.order;
  const send = () => {
    if (socket.destroyed) return;
    if (!body.includes('"stream":true')) socket.write(answer.complete);
    else if (everyMs === 0) socket.write(answer.atOnce);
    else stream(socket, answer);
  };
  if (delayMs > 0) setTimeout(send, delayMs);
  else send();
}

function stream(socket, { pieces, tail, order }) {
  let next = 1;
  socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), pieces[0]]));
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else if (next < pieces.length) socket.write(pieces[next++]);
    else {
      clearInterval(timer);
      socket.write(tail);
    }
  }, order.everyMs);
}

/** Requests come one at a time on a connection, with a length, from clients that we chose. */
function serve(socket) {
  let received = '';
  socket.setNoDelay(true).on('error', () => undefined);
  socket.on('data', (bytes) => {
    received += bytes.latin1Slice();
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = Number(/content-length: *(\d+)/i.exec(received)?.[1] ?? 0);
    if (received.length < headEnd + 4 + length) return;
    const isCatalogue = received.startsWith('GET ');
    const body = received.slice(headEnd + 4);
    received = '';
    if (isCatalogue) socket.write(CATALOGUE);
    else reply(socket, body);
  });
}

const server = createServer(serve).listen(0, '127.0.0.1', 4096, () => {
  process.send?.({ listening: server.address().port });
});
