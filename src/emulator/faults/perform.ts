import type { FaultKind, FaultOf, Step } from '../faults.js';
import type { Call } from '../wire/call.js';
import { deliver } from '../wire/deliver.js';
import * as answer from './answer-faults.js';
import { encode, split, writeRaw } from './body-faults.js';
import { comments, endlessLine, interrupt } from './connection-faults.js';
import { sendReply } from './reply-faults.js';

type Handler<K extends FaultKind> = (call: Call, fault: FaultOf<K>) => void | Promise<void>;

/** What each kind of fault does. The first group replies with something else, the next changes the answer. */
const handlers: { readonly [K in FaultKind]: Handler<K> } = {
  status: sendReply,
  unavailable: sendReply,
  garbage: sendReply,
  html: sendReply,
  'error-200': sendReply,
  redirect: sendReply,

  normal: (call) => deliver(call),
  'empty-choices': (call) => deliver(call, answer.emptyChoices),
  'null-content': (call, fault) => deliver(call, answer.nullContent(fault)),
  'error-chunk': (call, fault) => deliver(call, answer.errorChunk(fault)),
  'malformed-chunk': (call, fault) => deliver(call, answer.malformedChunk(fault)),
  omit: (call, fault) => deliver(call, answer.omitParts(fault)),
  'repeat-done': (call) => deliver(call, answer.repeatDone),
  'endless-deltas': (call) => (call.stream ? deliver(call, answer.endlessDeltas) : endlessLine(call)),

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
