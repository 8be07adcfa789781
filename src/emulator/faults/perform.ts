import type { Step } from '../faults.js';
import type { Call } from '../wire/call.js';
import { deliver } from '../wire/deliver.js';
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
import { comments, endlessLine, interrupt } from './connection-faults.js';
import { replyFor } from './reply-faults.js';

/** Does to a call what was ordered for it. */
export async function perform(call: Call, step: Step): Promise<void> {
  switch (step.kind) {
    case 'normal':
      return deliver(call);
    case 'status':
    case 'unavailable':
    case 'garbage':
    case 'html':
    case 'error-200':
    case 'redirect':
      await call.exchange.wait(call.pace.firstTokenMs);
      if (!call.exchange.gone) call.exchange.send(replyFor(call, step));
      return;
    case 'empty-choices':
      return deliver(call, emptyChoices);
    case 'null-content':
      return deliver(call, nullContent(step));
    case 'error-chunk':
      return deliver(call, errorChunk(step));
    case 'malformed-chunk':
      return deliver(call, malformedChunk(step));
    case 'omit':
      return deliver(call, omitParts(step));
    case 'repeat-done':
      return deliver(call, repeatDone);
    case 'endless-deltas':
      return call.stream ? deliver(call, endlessDeltas) : endlessLine(call);
    case 'endless-line':
      return endlessLine(call);
    case 'encoding':
      encode(call, step);
      return;
    case 'split':
      return split(call, step);
    case 'raw':
      return writeRaw(call, step);
    case 'comments':
      return comments(call, step);
    case 'stall':
    case 'cut':
    case 'reset':
      return interrupt(call, step);
  }
}
