import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FaultKind, FaultOf, Step } from '../faults.js';
import { deliver, writeHead, type Call } from '../wire/deliver.js';
import { answerFrames, encodeFrame, insertAfter, without } from '../wire/frames.js';
import { errorObject, jsonReply, sendReply, unavailable, wordProblem, type Reply } from '../wire/problem.js';
import { foldFrames } from '../wire/whole-body.js';
import * as answer from './answer-faults.js';
import { statusReply } from './status-reply.js';

type Handler<K extends FaultKind> = (call: Call, fault: FaultOf<K>) => Promise<void>;

/** What each kind of fault does. The first group replies with something else, the next changes the answer. */
const handlers: { readonly [K in FaultKind]: Handler<K> } = {
  status: (call, fault) => reply(call, statusReply(call.style.openRouter, fault)),
  unavailable: (call, { code, codeless }) =>
    reply(call, wordProblem(call.style.openRouter, unavailable(call.model.slug, code, codeless))),
  garbage: (call) => reply(call, { ...jsonReply(200, null), body: '\u0000\u0001}{ this is not JSON ][' }),
  html: (call, { status = 502 }) => {
    const body = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Bad gateway</h1></body></html>\n`;
    return reply(call, { status, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body });
  },
  'error-200': (call, { code = 502, message }) =>
    reply(
      call,
      jsonReply(200, { error: errorObject(code, { message }) }, { 'X-Generation-Id': call.style.id }),
    ),
  redirect: (call, { status = 307, location = 'http://127.0.0.1:9/elsewhere' }) =>
    reply(call, { status, headers: { Location: location }, body: '' }),

  normal: (call) => deliver(call),
  'empty-choices': (call) => deliver(call, answer.emptyChoices),
  'null-content': (call, fault) => deliver(call, answer.nullContent(fault)),
  'error-chunk': (call, fault) => deliver(call, answer.errorChunk(fault)),
  'malformed-chunk': (call, { after }) =>
    deliver(call, (frames) => insertAfter(frames, after, answer.malformed)),
  omit: (call, { parts }) => deliver(call, (frames) => without(frames, parts)),
  'repeat-done': (call) => deliver(call, answer.repeatDone),
  'endless-deltas': (call) => (call.style.stream ? deliver(call, answer.endlessDeltas) : endlessLine(call)),

  encoding: encode,
  split,
  raw: writeRaw,

  stall: interrupt,
  cut: interrupt,
  reset: interrupt,
  comments,
  'endless-line': endlessLine,
};

/** Does to a call what was ordered for it. */
export async function perform<K extends FaultKind>(call: Call, step: Step & FaultOf<K>): Promise<void> {
  await handlers[step.kind](call, step);
}

/** Replies with something of another kind, after the time of a first token. */
async function reply({ exchange, style }: Call, instead: Reply): Promise<void> {
  await exchange.wait(style.firstTokenMs);
  if (!exchange.gone) sendReply(exchange.response, instead);
}

/** The ordinary answer in a content encoding that nobody asked for. */
async function encode(call: Call, { encoding, damage }: FaultOf<'encoding'>): Promise<void> {
  const plain = wholeBody(call);
  const packed = encoding === 'br' ? brotliCompressSync(plain) : gzipSync(plain);
  const bodies = {
    none: packed,
    truncated: packed.subarray(0, packed.length / 2),
    corrupt: packed.map((byte, index) => (index > 12 ? byte ^ 0xff : byte)),
    mislabelled: plain,
  };
  writeHead(call, { 'Content-Encoding': encoding });
  await call.exchange.write(bodies[damage ?? 'none']);
  await call.exchange.interrupt('end');
}

/** The ordinary answer, a few bytes at a time. */
async function split(call: Call, { every, pauseMs }: FaultOf<'split'>): Promise<void> {
  writeHead(call);
  await writeInPieces(call, wholeBody(call), every, pauseMs, (piece) => call.exchange.write(piece));
  await call.exchange.interrupt('end');
}

/** Bytes that the test wrote. */
async function writeRaw(call: Call, fault: FaultOf<'raw'>): Promise<void> {
  const { exchange } = call;
  const { text = '', base64, onSocket = false } = fault;
  const bytes = base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64');
  if (!onSocket) writeHead(call, fault.headers, fault.status);
  const write = async (piece: Uint8Array) => {
    if (onSocket) exchange.writeRaw(piece);
    else await exchange.write(piece);
  };
  await writeInPieces(call, bytes, fault.splitEvery ?? bytes.length, fault.pauseMs, write);
  await exchange.interrupt(fault.then ?? (onSocket ? 'cut' : 'end'));
}

async function writeInPieces(
  { exchange }: Call,
  bytes: Buffer,
  every: number,
  pauseMs = 0,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < bytes.length && !exchange.gone; start += every) {
    await write(bytes.subarray(start, start + every));
    // Without a turn of the event loop in between the pieces would leave in one packet.
    await (pauseMs > 0 ? exchange.wait(pauseMs) : nextTurn());
  }
}

function wholeBody({ answer, style, whole }: Call): Buffer {
  const frames = answerFrames(answer, style);
  if (!style.stream) return Buffer.from(foldFrames(style, frames, whole).text);
  return Buffer.from([...frames].map((frame) => encodeFrame(style, frame)).join(''));
}

/** The connection falls silent, is closed or is reset at a given moment; a JSON answer half-way for any number but 0. */
async function interrupt(call: Call, fault: FaultOf<'stall' | 'cut' | 'reset'>): Promise<void> {
  const { kind, at, closeDelimited } = fault;
  const { response } = call.exchange;
  if (closeDelimited) {
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
  }
  if (typeof at === 'number') {
    await deliver(call, (frames) => insertAfter(frames, at, { part: 'fault', text: '', then: kind }));
    return;
  }
  if (at === 'after-headers') openBody(call);
  await call.exchange.interrupt(kind);
}

function openBody(call: Call): void {
  writeHead(call);
  call.exchange.response.flushHeaders();
}

async function comments(call: Call, { everyMs = 1000 }: FaultOf<'comments'>): Promise<void> {
  openBody(call);
  while (!call.exchange.gone) {
    await call.exchange.write(call.style.comment);
    await call.exchange.wait(everyMs);
  }
}

async function endlessLine(call: Call): Promise<void> {
  openBody(call);
  const filler = Buffer.alloc(65_536, 'x');
  await call.exchange.write(call.style.stream ? 'data: {"choices":[{"delta":{"content":"' : '{"id":"');
  while (!call.exchange.gone) await call.exchange.write(filler);
}
