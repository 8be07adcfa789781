import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bodyHeaders, type Call } from './call.js';
import type { Exchange } from './exchange.js';
import type { FaultOf } from './faults.js';
import { answerFrames } from './frames.js';
import { interrupt } from './interrupt.js';
import { completionBody } from './json-writer.js';

/** The ordinary answer in a content encoding that nobody asked for. */
export function encode(call: Call, { encoding, damage }: FaultOf<'encoding'>): void {
  const plain = wholeBody(call);
  const packed = encoding === 'br' ? brotliCompressSync(plain) : gzipSync(plain);
  call.exchange.response.writeHead(200, { ...bodyHeaders(call), 'Content-Encoding': encoding });
  call.exchange.response.end(damaged(packed, plain, damage));
}

function damaged(packed: Buffer, plain: Buffer, damage: FaultOf<'encoding'>['damage']): Buffer {
  switch (damage) {
    case 'truncated':
      return packed.subarray(0, packed.length / 2);
    case 'corrupt':
      return Buffer.from(packed.map((byte, index) => (index > 12 ? byte ^ 0xff : byte)));
    case 'mislabelled':
      return plain;
    case undefined:
      return packed;
  }
}

/** The ordinary answer, a few bytes at a time. */
export async function split(call: Call, { every, pauseMs = 0 }: FaultOf<'split'>): Promise<void> {
  call.exchange.response.writeHead(200, bodyHeaders(call));
  const write = (piece: Uint8Array) => call.exchange.write(piece);
  await writeInPieces(call.exchange, wholeBody(call), every, pauseMs, write);
  call.exchange.response.end();
}

/** Bytes that the test wrote. */
export async function writeRaw(call: Call, fault: FaultOf<'raw'>): Promise<void> {
  const { exchange } = call;
  const bytes =
    fault.base64 === undefined ? Buffer.from(fault.text ?? '') : Buffer.from(fault.base64, 'base64');
  const { splitEvery = bytes.length, pauseMs = 0, onSocket = false } = fault;
  if (!onSocket) exchange.response.writeHead(fault.status ?? 200, { ...bodyHeaders(call), ...fault.headers });
  const write = onSocket
    ? (piece: Uint8Array) => {
        exchange.writeRaw(piece);
      }
    : (piece: Uint8Array) => exchange.write(piece);
  await writeInPieces(exchange, bytes, splitEvery, pauseMs, write);
  await interrupt(exchange, fault.then ?? (onSocket ? 'cut' : 'end'));
}

async function writeInPieces(
  exchange: Exchange,
  bytes: Buffer,
  every: number,
  pauseMs: number,
  write: (piece: Uint8Array) => void | Promise<void>,
): Promise<void> {
  for (let start = 0; start < bytes.length && !exchange.gone; start += every) {
    await write(bytes.subarray(start, start + every));
    // Without a turn of the event loop in between the pieces would leave in one packet.
    await (pauseMs > 0 ? exchange.wait(pauseMs) : nextTurn());
  }
}

function wholeBody(call: Call): Buffer {
  if (!call.stream) return Buffer.from(JSON.stringify(completionBody(call)));
  const frames = [...answerFrames(call.encoder, call.answer, call.frameOptions)];
  return Buffer.from(frames.map((frame) => frame.text).join(''));
}
