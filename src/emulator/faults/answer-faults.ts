import type { FaultOf } from '../faults.js';
import { delta, encodeFrame, errorFrame, insertAfter, without, type FrameTransform } from '../wire/frames.js';
import { documentedError } from '../wire/problem.js';

// Faults that leave the connection alone and change what is said on it.

export const emptyChoices: FrameTransform = function* (frames) {
  for (const frame of frames) {
    const spared = frame.part === 'comment' || frame.part === 'usage' || frame.part === 'done';
    yield spared ? frame : { part: 'content', chunk: { choices: [] } };
  }
};

export function nullContent({ finishReason = 'stop' }: FaultOf<'null-content'>): FrameTransform {
  return function* (frames, style) {
    for (const frame of frames) {
      if (frame.part === 'role') yield delta(style, 'role', { role: 'assistant', content: null });
      else if (frame.part === 'finish') yield delta(style, 'finish', { content: null }, finishReason);
      else if (frame.part !== 'content') yield frame;
    }
  };
}

export function errorChunk({ after, code = 502, message }: FaultOf<'error-chunk'>): FrameTransform {
  const { message: standard, errorType } = documentedError(typeof code === 'number' ? code : 500);
  const error = { code, message: message ?? standard, metadata: { error_type: errorType } };
  return (frames, style) => insertAfter(frames, after, errorFrame(style, error));
}

export function malformedChunk({ after }: FaultOf<'malformed-chunk'>): FrameTransform {
  const text = 'data: {"id":"gen-broken","choices":[{"delta":{"content":"no\n\n';
  return (frames) => insertAfter(frames, after, { part: 'fault', text });
}

export function omitParts({ parts }: FaultOf<'omit'>): FrameTransform {
  return (frames) => without(frames, parts);
}

export const repeatDone: FrameTransform = function* (frames, style) {
  for (const frame of frames) {
    yield frame;
    if (frame.part !== 'done') continue;
    // As text: to a JSON answer, which ends where the stream does, this never happened.
    const late = encodeFrame(style, delta(style, 'content', { content: 'said after the end' }));
    yield { part: 'done', text: late };
    yield frame;
  }
};

export const endlessDeltas: FrameTransform = function* (frames, style) {
  yield* without(frames, ['content', 'finish', 'usage', 'done']);
  const text = encodeFrame(style, delta(style, 'content', { content: ' and so on' }));
  for (;;) yield { part: 'content', text };
};
