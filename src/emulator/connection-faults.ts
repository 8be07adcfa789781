import { bodyHeaders, type Call } from './call.js';
import type { FaultOf } from './faults.js';
import { comment, insertAfter, type Frame, type Interruption } from './frames.js';
import { interrupt } from './interrupt.js';
import { completionBody } from './json-writer.js';
import { writeStream } from './stream-writer.js';

type InterruptionKind = 'stall' | 'cut' | 'reset';

/** The connection falls silent, is closed or is reset at a given moment. */
export function interruptAt(how: InterruptionKind) {
  return async (call: Call, { at, closeDelimited }: FaultOf<InterruptionKind>): Promise<void> => {
    if (at === 'before-headers') {
      await interrupt(call.exchange, how);
      return;
    }
    if (closeDelimited) delimitByClose(call);
    const frame: Frame = { part: 'fault', text: '', then: how };
    if (call.stream && at !== 'after-headers') {
      await writeStream(call, (frames) => insertAfter(frames, at, frame));
    } else {
      await interruptBody(call, at === 'after-headers' ? 0 : at, how);
    }
  };
}

function delimitByClose({ exchange }: Call): void {
  exchange.response.useChunkedEncodingByDefault = false;
  exchange.response.shouldKeepAlive = false;
}

/** A JSON answer has no chunks to count: anything but 0 stops it half-way. */
async function interruptBody(call: Call, sent: number, how: Interruption): Promise<void> {
  writeHead(call);
  if (sent > 0) {
    const body = JSON.stringify(completionBody(call));
    await call.exchange.write(body.slice(0, body.length / 2));
  }
  await interrupt(call.exchange, how);
}

function writeHead(call: Call): void {
  call.exchange.response.writeHead(200, bodyHeaders(call));
  call.exchange.response.flushHeaders();
}

export async function comments(call: Call, { everyMs = 1000 }: FaultOf<'comments'>): Promise<void> {
  writeHead(call);
  while (!call.exchange.gone) {
    await call.exchange.write(comment.text);
    await call.exchange.wait(everyMs);
  }
}

export async function endlessLine(call: Call): Promise<void> {
  writeHead(call);
  const filler = Buffer.alloc(65_536, 'x');
  await call.exchange.write(call.stream ? 'data: {"choices":[{"delta":{"content":"' : '{"id":"');
  while (!call.exchange.gone) await call.exchange.write(filler);
}
