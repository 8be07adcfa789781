import type { FaultOf } from '../faults.js';
import { writeHead, type Call } from '../wire/call.js';
import { deliver } from '../wire/deliver.js';
import { encodeFrame, insertAfter } from '../wire/frames.js';

type InterruptionKind = 'stall' | 'cut' | 'reset';

/** The connection falls silent, is closed or is reset at a given moment; a JSON answer half-way for any number but 0. */
export async function interrupt(call: Call, fault: FaultOf<InterruptionKind>): Promise<void> {
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

export async function comments(call: Call, { everyMs = 1000 }: FaultOf<'comments'>): Promise<void> {
  openBody(call);
  while (!call.exchange.gone) {
    await call.exchange.write(encodeFrame(call.style, call.style.comment));
    await call.exchange.wait(everyMs);
  }
}

export async function endlessLine(call: Call): Promise<void> {
  openBody(call);
  const filler = Buffer.alloc(65_536, 'x');
  await call.exchange.write(call.stream ? 'data: {"choices":[{"delta":{"content":"' : '{"id":"');
  while (!call.exchange.gone) await call.exchange.write(filler);
}
