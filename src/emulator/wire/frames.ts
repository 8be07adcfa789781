import type { Answer } from '../answers/answers.js';
import { countTokens } from '../answers/tokens.js';
import { toolCallDeltas } from '../answers/tool-calls.js';
import { plainUsage } from '../answers/usage.js';
import type { Style } from './style.js';

export const streamParts = ['comment', 'role', 'reasoning', 'content', 'finish', 'usage', 'done'] as const;
export type StreamPart = (typeof streamParts)[number] | 'fault';

/** How a stream can stop in the middle: silence, FIN, RST, or an ordinary end. */
export type Interruption = 'stall' | 'cut' | 'reset' | 'end';

export interface Choice {
  readonly delta: Readonly<Record<string, unknown>>;
  readonly finish_reason: string | null;
  readonly logprobs: { readonly content: readonly unknown[]; readonly refusal: null } | null;
}

export interface Chunk {
  readonly choices: readonly Choice[];
  readonly usage?: unknown;
  readonly error?: object;
  readonly x_groq?: object;
}

/** One event of the stream: a chunk, or text as it is. */
export interface Frame {
  readonly part: StreamPart;
  readonly chunk?: Chunk;
  readonly text?: string;
  /** What the client pays for it, 1 if unset; only content and reasoning cost anything. */
  readonly tokens?: number;
  /** What happens after it. */
  readonly then?: Interruption;
}

export function encodeFrame({ head }: Style, { chunk, text }: Frame): string {
  return text ?? `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`;
}

export function delta(
  style: Style,
  part: StreamPart,
  content: Choice['delta'],
  finish = style.noFinish,
  logprobs: Choice['logprobs'] = null,
) {
  const native = style.openRouter ? { native_finish_reason: finish } : {};
  const choice = { index: 0, delta: content, finish_reason: finish, ...native, logprobs };
  return { part, chunk: { choices: [choice] } };
}

/** The whole stream of an answer, in order. */
export function* answerFrames(answer: Answer, style: Style): Generator<Frame> {
  for (let index = 0; index < style.leadingComments; index += 1)
    yield { part: 'comment', text: style.comment };
  yield delta(style, 'role', { role: 'assistant', content: '' });
  for (const piece of answer.reasoning) {
    const frame = delta(style, 'reasoning', { content: '', [style.reasoningField]: piece });
    yield { ...frame, tokens: countTokens(piece) };
  }
  for (const piece of answer.pieces) {
    const logprobs = logprobsFor(piece, style.topLogprobs);
    const frame = delta(style, 'content', { content: piece }, style.noFinish, logprobs);
    yield { ...frame, tokens: countTokens(piece) };
  }
  for (const call of toolCallDeltas(answer.toolCalls))
    yield delta(style, 'content', { content: null, tool_calls: [call] });
  const { part, chunk } = delta(style, 'finish', { content: '' }, answer.finishReason);
  const usage = style.openRouter ? answer.usage : plainUsage(answer.usage);
  yield { part, chunk: { ...chunk, ...(style.usage === 'with-finish' ? { usage } : {}) } };
  const empty = delta(style, 'usage', { role: 'assistant', content: '' }).chunk;
  if (style.usage === 'empty-choices') yield { part: 'usage', chunk: { choices: [], usage } };
  if (style.usage === 'empty-delta') yield { part: 'usage', chunk: { ...empty, usage } };
  if (style.usage === 'x-groq') yield { part: 'usage', chunk: { choices: [], x_groq: { usage } } };
  if (style.done) yield { part: 'done', text: 'data: [DONE]\n\n' };
}

/** Figures that are made up but ordered, with so many `alternatives`; null where nobody asked for them. */
function logprobsFor(piece: string, alternatives: number | undefined): Choice['logprobs'] {
  if (alternatives === undefined) return null;
  const entry = (token: string, rank: number) => {
    return { token, logprob: -0.125 * (rank + 1), bytes: [...Buffer.from(token)] };
  };
  const ranked = Array.from({ length: alternatives }, (_, rank) => entry(rank ? ` alt${rank}` : piece, rank));
  return { content: [{ ...entry(piece, 0), top_logprobs: ranked }], refusal: null };
}

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
