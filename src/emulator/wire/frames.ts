import type { Answer } from '../answers/answers.js';
import { logprobsFor } from '../answers/logprobs.js';
import { toolCallDeltas } from '../answers/tool-calls.js';
import { plainUsage } from '../answers/usage.js';

export const streamParts = ['comment', 'role', 'reasoning', 'content', 'finish', 'usage', 'done'] as const;
export type StreamPart = (typeof streamParts)[number] | 'fault';

/** How a stream can stop in the middle: silence, FIN, RST, or an ordinary end. */
export type Interruption = 'stall' | 'cut' | 'reset' | 'end';

export interface Choice {
  readonly index: 0;
  readonly delta: Readonly<Record<string, unknown>>;
  readonly finish_reason: string | null;
  readonly native_finish_reason?: string | null;
  readonly logprobs: unknown;
}

export interface Chunk {
  readonly choices: readonly Choice[];
  readonly usage?: unknown;
  readonly error?: object;
  readonly x_groq?: object;
}

/** One event of the stream: a chunk, or text as it is. `then`: what happens after it. */
export interface Frame {
  readonly part: StreamPart;
  readonly chunk?: Chunk;
  readonly text?: string;
  readonly then?: Interruption;
}

interface ChunkFrame extends Frame {
  readonly chunk: Chunk;
}

/** How a provider writes its stream. */
export interface Style {
  /** What all chunks have in common. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly openRouter: boolean;
  readonly comment: Frame;
  readonly leadingComments: number;
  readonly usage: 'empty-choices' | 'empty-delta' | 'with-finish' | 'x-groq' | 'none';
  readonly done: boolean;
  readonly reasoningField: string;
  /** The `finish_reason` of a chunk that is not the last. */
  readonly noFinish: string | null;
  readonly topLogprobs: number | undefined;
}

export function encodeFrame({ head }: Style, { chunk, text }: Frame): string {
  return text ?? `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`;
}

export function delta(
  style: Style,
  part: StreamPart,
  content: Choice['delta'],
  finish = style.noFinish,
  logprobs: unknown = null,
): ChunkFrame {
  const native = style.openRouter ? { native_finish_reason: finish } : {};
  return {
    part,
    chunk: { choices: [{ index: 0, delta: content, finish_reason: finish, ...native, logprobs }] },
  };
}

/** The whole stream of an answer, in order. */
export function* answerFrames(answer: Answer, style: Style): Generator<Frame> {
  for (let index = 0; index < style.leadingComments; index += 1) yield style.comment;
  yield delta(style, 'role', { role: 'assistant', content: '' });
  for (const piece of answer.reasoning) {
    yield delta(style, 'reasoning', { content: '', [style.reasoningField]: piece });
  }
  for (const piece of answer.pieces) {
    const logprobs = logprobsFor([piece], style.topLogprobs);
    yield delta(style, 'content', { content: piece }, style.noFinish, logprobs);
  }
  for (const call of toolCallDeltas(answer.toolCalls)) {
    yield delta(style, 'content', { content: null, tool_calls: [call] });
  }
  const finish = delta(style, 'finish', { content: '' }, answer.finishReason);
  const usage = style.openRouter ? answer.usage : plainUsage(answer.usage);
  yield style.usage === 'with-finish' ? { ...finish, chunk: { ...finish.chunk, usage } } : finish;
  yield* usageFrames(usage, style);
  if (style.done) yield { part: 'done', text: 'data: [DONE]\n\n' };
}

function* usageFrames(usage: object, style: Style): Generator<Frame> {
  const empty = delta(style, 'usage', { role: 'assistant', content: '' }).chunk;
  if (style.usage === 'empty-choices') yield { part: 'usage', chunk: { choices: [], usage } };
  if (style.usage === 'empty-delta') yield { part: 'usage', chunk: { ...empty, usage } };
  if (style.usage === 'x-groq') yield { part: 'usage', chunk: { choices: [], x_groq: { usage } } };
}

/** The event in which a failure after the headers is told; the stream ends with it, without `[DONE]`. */
export function errorFrame(style: Style, error: object): Frame {
  const { chunk } = delta(style, 'fault', { content: '' }, 'error');
  return { part: 'fault', chunk: { ...chunk, error }, then: 'end' };
}

export type FrameTransform = (frames: Iterable<Frame>, style: Style) => Iterable<Frame>;

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
