import type { Choice, Frame, Interruption } from './frames.js';
import type { Style } from './style.js';

interface ToolCallDelta {
  readonly index: number;
  readonly function: { readonly arguments: string };
}

/**
 * A complete answer is the stream folded up, so whatever a fault does to the stream shows here too.
 * @param whole the body of a reply that is no chat
 * @returns `then`: how the stream would have stopped; `started`: whether anything was said before; `failed`: the model's
 * own error is part of it
 */
export function foldFrames(style: Style, frames: Iterable<Frame>, whole?: object) {
  const choices: Choice[] = [];
  let usage: unknown;
  let error: object | undefined;
  let spoilt = false;
  let then: Interruption = 'end';
  for (const { part, text, chunk, then: stop } of frames) {
    spoilt ||= part === 'fault' && Boolean(text);
    choices.push(...(chunk?.choices ?? []));
    usage ??= chunk?.usage;
    error ??= chunk?.error;
    if (!stop) continue;
    then = stop;
    break;
  }
  const folded = choices
    .slice(-1)
    .map((last) => ({ ...fold(choices, last, style), ...(error && { error }) }));
  const text = JSON.stringify(whole ?? { ...style.head, choices: folded, usage });
  const [started, failed] = [choices.length > 0, error !== undefined];
  return { text: spoilt ? text.slice(0, -20) : text, then, started, failed };
}

function fold(choices: readonly Choice[], { delta: _, ...last }: Choice, style: Style): object {
  const texts = (field: string) =>
    choices.map(({ delta }) => delta[field]).filter((text) => typeof text === 'string');
  const contents = texts('content');
  const reasoning = texts(style.reasoningField).join('');
  const calls: ToolCallDelta[] = [];
  for (const part of choices.flatMap(({ delta }) => (delta.tool_calls ?? []) as ToolCallDelta[])) {
    const before = calls[part.index] ?? { ...part, function: { ...part.function, arguments: '' } };
    const text = before.function.arguments + part.function.arguments;
    calls[part.index] = { ...before, function: { ...before.function, arguments: text } };
  }
  const tokens = choices.flatMap(({ logprobs }) => logprobs?.content ?? []);
  const logprobs = style.topLogprobs === undefined ? null : { content: tokens, refusal: null };
  const content = calls.length > 0 || contents.length === 0 ? null : contents.join('');
  const thought = style.openRouter || reasoning ? { [style.reasoningField]: reasoning || null } : {};
  const called = calls.length > 0 ? { tool_calls: calls } : {};
  return { ...last, logprobs, message: { role: 'assistant', content, refusal: null, ...thought, ...called } };
}
