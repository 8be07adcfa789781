import type { AnswerFault } from './deliver.js';
import type { FaultOf } from './faults.js';
import { insertAfter, without, type Frame, type FrameEncoder } from './frames.js';
import { documentedError } from './wire-error.js';

export const emptyChoices: AnswerFault = {
  *frames(frames, encoder) {
    for (const frame of frames) {
      if (frame.part === 'comment' || frame.part === 'usage' || frame.part === 'done') yield frame;
      else yield encoder.withoutChoices();
    }
  },
  body: (body) => ({ ...body, choices: [] }),
};

export function nullContent({ finishReason = 'stop' }: FaultOf<'null-content'>): AnswerFault {
  return {
    *frames(frames, encoder) {
      for (const frame of frames) {
        if (frame.part === 'role') yield encoder.delta('role', '{"role":"assistant","content":null}');
        else if (frame.part === 'finish') yield encoder.delta('finish', '{"content":null}', finishReason);
        else if (frame.part !== 'content') yield frame;
      }
    },
    body: (body) => {
      const message = { role: 'assistant', content: null };
      return {
        ...body,
        choices: body.choices.map((choice) => ({ ...choice, message, finish_reason: finishReason })),
      };
    },
  };
}

export function errorChunk(fault: FaultOf<'error-chunk'>): AnswerFault {
  const error = streamError(fault);
  return {
    frames: (frames, encoder) => insertAfter(frames, fault.after, encoder.error(error)),
    body: (body) => ({
      ...body,
      choices: body.choices.map((choice) => ({ ...choice, finish_reason: 'error', error })),
    }),
  };
}

function streamError({ code = 502, message }: FaultOf<'error-chunk'>): object {
  const { message: standard, errorType } = documentedError(typeof code === 'number' ? code : 500);
  return { code, message: message ?? standard, metadata: { error_type: errorType } };
}

export function malformedChunk({ after }: FaultOf<'malformed-chunk'>): AnswerFault {
  const broken: Frame = {
    part: 'fault',
    text: 'data: {"id":"gen-broken","choices":[{"delta":{"content":"no\n\n',
  };
  return {
    frames: (frames) => insertAfter(frames, after, broken),
    body: (body) => JSON.stringify(body).slice(0, -20),
  };
}

export function omitParts({ parts }: FaultOf<'omit'>): AnswerFault {
  return {
    frames: (frames) => without(frames, parts),
    body: (body) => ({
      ...body,
      usage: parts.includes('usage') ? undefined : body.usage,
      choices: parts.includes('finish')
        ? body.choices.map((choice) => ({ ...choice, finish_reason: null, native_finish_reason: null }))
        : body.choices,
    }),
  };
}

export const repeatDone: AnswerFault = {
  *frames(frames, encoder) {
    for (const frame of frames) {
      yield frame;
      if (frame.part !== 'done') continue;
      yield encoder.delta('content', '{"content":"said after the end"}');
      yield frame;
    }
  },
  body: (body) => body,
};

export const endlessDeltas = {
  *frames(frames: Iterable<Frame>, encoder: FrameEncoder): Generator<Frame> {
    yield* without(frames, ['content', 'finish', 'usage', 'done']);
    const delta = encoder.delta('content', '{"content":" and so on"}');
    for (;;) yield delta;
  },
  body: (body: object) => body,
};
