import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FaultOf } from '../faults.js';
import { writeHead, type Call } from '../wire/call.js';
import { answerFrames, encodeFrame } from '../wire/frames.js';
import { foldFrames } from '../wire/whole-body.js';

/** The ordinary answer in a content encoding that nobody asked for. */
export function encode(call: Call, { encoding, damage }: FaultOf<'encoding'>): void {
  const plain = wholeBody(call);
  const packed = encoding === 'br' ? brotliCompressSync(plain) : gzipSync(plain);
  writeHead(call, { 'Content-Encoding': encoding });
  call.exchange.response.end(damaged(packed, plain, damage));
}

function damaged(packed: Buffer, plain: Buffer, damage: FaultOf<'encoding'>['damage']): Buffer {
  if (damage === 'truncated') return packed.subarray(0, packed.length / 2);
  if (damage === 'corrupt')
    return Buffer.from(packed.map((byte, index) => (index > 12 ? byte ^ 0xff : byte)));
  return damage === 'mislabelled' ? plain : packed;
}

/** The ordinary answer, a few bytes at a time. */
export async function split(call: Call, { every, pauseMs = 0 }: FaultOf<'split'>): Promise<void> {
  writeHead(call);
  const write = (piece: Uint8Array) => call.exchange.write(piece);
  await writeInPieces(call, wholeBody(call), every, pauseMs, write);
  call.exchange.response.end();
}

/** Bytes that the test wrote. */
export async function writeRaw(call: Call, fault: FaultOf<'raw'>): Promise<void> {
  const { exchange } = call;
  const bytes =
    fault.base64 === undefined ? Buffer.from(fault.text ?? '') : Buffer.from(fault.base64, 'base64');
  const { splitEvery = bytes.length, pauseMs = 0, onSocket = false } = fault;
  if (!onSocket) writeHead(call, fault.headers, fault.status);
  const write = async (piece: Uint8Array) => {
    if (onSocket) exchange.writeRaw(piece);
    else await exchange.write(piece);
  };
  await writeInPieces(call, bytes, splitEvery, pauseMs, write);
  await exchange.interrupt(fault.then ?? (onSocket ? 'cut' : 'end'));
}

async function writeInPieces(
  { exchange }: Call,
  bytes: Buffer,
  every: number,
  pauseMs: number,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < bytes.length && !exchange.gone; start += every) {
    await write(bytes.subarray(start, start + every));
    // Without a turn of the event loop in between the pieces would leave in one packet.
    await (pauseMs > 0 ? exchange.wait(pauseMs) : nextTurn());
  }
}

function wholeBody(call: Call): Buffer {
  const frames = answerFrames(call.answer, call.style);
  if (!call.stream) return Buffer.from(foldFrames(call, frames).text);
  return Buffer.from([...frames].map((frame) => encodeFrame(call.style, frame)).join(''));
}
