import type { Answer } from './answers.js';
import { logprobsFor } from './logprobs.js';
import { toolCallDeltas } from './tool-calls.js';

export type StreamPart = 'comment' | 'role' | 'reasoning' | 'content' | 'finish' | 'usage' | 'done' | 'fault';

/** How a stream can stop in the middle: silence, FIN, RST, or an ordinary end. */
export type Interruption = 'stall' | 'cut' | 'reset' | 'end';

/** One event (or comment) of the stream, encoded, and what happens after it. */
export interface Frame {
  readonly part: StreamPart;
  readonly text: string;
  readonly then?: Interruption;
}

/** The last chunk's shape: as documented (`empty-choices`), or as seen in the field in 2025 (`empty-delta`). */
export type UsageShape = 'empty-choices' | 'empty-delta';

export interface Identity {
  readonly id: string;
  readonly provider: string;
  readonly slug: string;
  /** Unix seconds. */
  readonly created: number;
}

export const fingerprint = 'fp_emulator';

export const comment: Frame = { part: 'comment', text: ': OPENROUTER PROCESSING\n\n' };
const done: Frame = { part: 'done', text: 'data: [DONE]\n\n' };

/** Encodes the events of one completion. What they have in common is encoded once. */
export class FrameEncoder {
  private readonly head: string;
  private readonly deltaHead: string;

  constructor({ id, provider, slug, created }: Identity) {
    const common = { id, provider, model: slug, object: 'chat.completion.chunk', created };
    this.head = `data: ${JSON.stringify(common).slice(0, -1)},"system_fingerprint":"${fingerprint}","choices":[`;
    this.deltaHead = `${this.head}{"index":0,"delta":`;
  }

  /** @param delta JSON text */
  delta(part: StreamPart, delta: string, finish: string | null = null, logprobs = 'null'): Frame {
    const reason = JSON.stringify(finish);
    const text = `${this.deltaHead}${delta},"finish_reason":${reason},"native_finish_reason":${reason},"logprobs":${logprobs}}]}\n\n`;
    return { part, text };
  }

  usage(usage: unknown, shape: UsageShape): Frame {
    const choice =
      shape === 'empty-choices'
        ? ''
        : '{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null,"native_finish_reason":null,"logprobs":null}';
    return { part: 'usage', text: `${this.head}${choice}],"usage":${JSON.stringify(usage)}}\n\n` };
  }

  /** A chunk with nothing in it. */
  withoutChoices(): Frame {
    return { part: 'content', text: `${this.head}]}\n\n` };
  }

  /** The event in which a failure after the headers is told; the stream ends with it, without `[DONE]`. */
  error(error: unknown): Frame {
    const choice = '{"index":0,"delta":{"content":""},"finish_reason":"error","native_finish_reason":null}';
    const text = `${this.head}${choice}],"error":${JSON.stringify(error)}}\n\n`;
    return { part: 'fault', text, then: 'end' };
  }
}

export interface FrameOptions {
  readonly leadingComments: number;
  readonly usageShape: UsageShape;
  readonly topLogprobs: number | undefined;
}

/** The whole stream of an answer, in order. */
export function* answerFrames(
  encoder: FrameEncoder,
  answer: Answer,
  options: FrameOptions,
): Generator<Frame> {
  for (let index = 0; index < options.leadingComments; index += 1) yield comment;
  yield encoder.delta('role', '{"role":"assistant","content":""}');
  for (const piece of answer.reasoning) {
    yield encoder.delta('reasoning', JSON.stringify({ content: '', reasoning: piece }));
  }
  for (const piece of answer.pieces) {
    const logprobs = logprobsFor([piece], options.topLogprobs);
    yield encoder.delta('content', `{"content":${JSON.stringify(piece)}}`, null, logprobs);
  }
  for (const call of toolCallDeltas(answer.toolCalls)) {
    yield encoder.delta('content', JSON.stringify({ content: null, tool_calls: [call] }));
  }
  yield encoder.delta('finish', '{"content":""}', answer.finishReason);
  yield encoder.usage(answer.usage, options.usageShape);
  yield done;
}

export type FrameTransform = (frames: Iterable<Frame>, encoder: FrameEncoder) => Iterable<Frame>;

/** Inserts a frame after `count` content frames: before everything but comments for 0, at the end if there are fewer. */
export function* insertAfter(frames: Iterable<Frame>, count: number, inserted: Frame): Generator<Frame> {
  let left = count;
  let waiting = true;
  for (const frame of frames) {
    if (waiting && left === 0 && frame.part !== 'comment') {
      waiting = false;
      yield inserted;
    }
    if (frame.part === 'content') left -= 1;
    yield frame;
  }
  if (waiting) yield inserted;
}

export function* without(frames: Iterable<Frame>, parts: readonly StreamPart[]): Generator<Frame> {
  for (const frame of frames) if (!parts.includes(frame.part)) yield frame;
}
