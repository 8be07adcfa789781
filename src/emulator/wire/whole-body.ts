import type { Call } from './call.js';
import type { Frame, Interruption } from './frames.js';

export interface WholeBody {
  readonly text: string;
  /** How the stream would have stopped in the middle, if it would. */
  readonly then: Interruption;
  readonly started: boolean;
  /** The model's own error is part of it. */
  readonly failed: boolean;
}

interface StreamedCall {
  readonly index: number;
  readonly id?: string;
  readonly function: { readonly name?: string; readonly arguments: string };
}

/** A complete answer is the stream folded up, so whatever a fault does to the stream shows here too. */
export function foldFrames({ style, whole }: Call, frames: Iterable<Frame>): WholeBody {
  let reasoning = '';
  const calls: Record<string, unknown>[] = [];
  const tokens: unknown[] = [];
  let choice: Record<string, unknown> | undefined;
  let usage: unknown;
  let spoilt = false;
  let then: Interruption = 'end';
  let content: string | null = null;
  for (const frame of frames) {
    spoilt ||= frame.part === 'fault' && frame.text !== undefined && frame.text !== '';
    for (const { delta, finish_reason: reason, logprobs } of frame.chunk?.choices ?? []) {
      if (typeof delta.content === 'string') content = (content ?? '') + delta.content;
      reasoning += (delta[style.reasoningField] as string | undefined) ?? '';
      for (const call of (delta.tool_calls ?? []) as StreamedCall[]) mergeCall(calls, call);
      tokens.push(...((logprobs as { content?: unknown[] } | null)?.content ?? []));
      const native = style.openRouter ? { native_finish_reason: reason } : {};
      choice = { ...choice, finish_reason: reason, ...native };
      if (frame.chunk?.error) choice.error = frame.chunk.error;
    }
    usage ??= frame.chunk?.usage;
    if (!frame.then) continue;
    then = frame.then;
    break;
  }
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : content,
    refusal: null,
    ...(style.openRouter || reasoning ? { [style.reasoningField]: reasoning || null } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const logprobs = style.topLogprobs === undefined ? null : { content: tokens, refusal: null };
  const choices = choice ? [{ index: 0, ...choice, logprobs, message }] : [];
  const text = JSON.stringify(whole ?? { ...style.head, choices, usage });
  const failed = choice?.error !== undefined;
  return { text: spoilt ? text.slice(0, -20) : text, then, started: choice !== undefined, failed };
}

function mergeCall(calls: Record<string, unknown>[], { index, id, function: part }: StreamedCall): void {
  const call = calls[index] as { function: { name?: string; arguments: string } } | undefined;
  if (call) call.function.arguments += part.arguments;
  else calls[index] = { index, id, type: 'function', function: { ...part } };
}
