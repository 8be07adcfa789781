import type { FaultOf } from '../faults.js';
import type { FrameTransform } from '../wire/deliver.js';
import { delta, encodeFrame, insertAfter, without, type Frame } from '../wire/frames.js';
import { errorObject } from '../wire/problem.js';

// Faults that leave the connection alone and change what is said on it.

export const emptyChoices: FrameTransform = function* (frames) {
  for (const frame of frames) {
    const spared = ['comment', 'usage', 'done'].includes(frame.part);
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

/** The event in which a failure after the headers is told; the stream ends with it, without `[DONE]`. */
export function errorChunk({ after, code = 502, message }: FaultOf<'error-chunk'>): FrameTransform {
  const error = errorObject(code, { message });
  return (frames, style) => {
    const { chunk } = delta(style, 'fault', { content: '' }, 'error');
    return insertAfter(frames, after, { part: 'fault', chunk: { ...chunk, error }, then: 'end' });
  };
}

export const malformed: Frame = {
  part: 'fault',
  text: 'data: {"id":"gen-broken","choices":[{"delta":{"content":"no\n\n',
};

export const repeatDone: FrameTransform = function* (frames, style) {
  // As text: to a JSON answer, which ends where the stream does, this never happened.
  const late = encodeFrame(style, delta(style, 'content', { content: 'said after the end' }));
  for (const frame of frames) {
    yield frame;
    if (frame.part === 'done') yield* [{ part: 'done', text: late } as const, frame];
  }
};

export const endlessDeltas: FrameTransform = function* (frames, style) {
  yield* without(frames, ['content', 'finish', 'usage', 'done']);
  const text = encodeFrame(style, delta(style, 'content', { content: ' and so on' }));
  for (;;) yield { part: 'content', text };
};
