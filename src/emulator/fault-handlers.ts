import {
  emptyChoices,
  endlessDeltas,
  errorChunk,
  malformedChunk,
  nullContent,
  omitParts,
  repeatDone,
} from './answer-faults.js';
import { encode, split, writeRaw } from './body-faults.js';
import type { Call } from './call.js';
import { comments, endlessLine, interruptAt } from './connection-faults.js';
import { deliver } from './deliver.js';
import type { FaultKind, FaultOf } from './faults.js';
import { error200, garbage, html, redirect, statusReply, unavailable } from './reply-faults.js';
import type { Reply } from './wire-error.js';

type Handler<K extends FaultKind> = (call: Call, fault: FaultOf<K>) => void | Promise<void>;

/** What each kind of fault does. The first group replies with something else, the next changes the answer. */
const handlers: { readonly [K in FaultKind]: Handler<K> } = {
  status: (call, fault) => send(call, statusReply(fault)),
  unavailable: (call, fault) => send(call, unavailable(call, fault)),
  garbage: (call) => send(call, garbage()),
  html: (call, fault) => send(call, html(fault)),
  'error-200': (call, fault) => send(call, error200(call, fault)),
  redirect: (call, fault) => send(call, redirect(fault)),

  normal: (call) => deliver(call),
  'empty-choices': (call) => deliver(call, emptyChoices),
  'null-content': (call, fault) => deliver(call, nullContent(fault)),
  'error-chunk': (call, fault) => deliver(call, errorChunk(fault)),
  'malformed-chunk': (call, fault) => deliver(call, malformedChunk(fault)),
  omit: (call, fault) => deliver(call, omitParts(fault)),
  'repeat-done': (call) => deliver(call, repeatDone),
  'endless-deltas': (call) => (call.stream ? deliver(call, endlessDeltas) : endlessLine(call)),

  encoding: encode,
  split,
  raw: writeRaw,

  stall: interruptAt('stall'),
  cut: interruptAt('cut'),
  reset: interruptAt('reset'),
  comments,
  'endless-line': endlessLine,
};

export async function perform<K extends FaultKind>(call: Call, fault: FaultOf<K>): Promise<void> {
  await handlers[fault.kind](call, fault);
}

async function send({ exchange, pace }: Call, reply: Reply): Promise<void> {
  if (pace.firstTokenMs > 0) await exchange.wait(pace.firstTokenMs);
  if (!exchange.gone) exchange.send(reply);
}
