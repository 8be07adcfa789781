import type { ModelOptions } from './model.types.js';

/** Reduces the limit instead of refusing it: clients send 32,000 by default and mean "as many as you allow". */
export function withTokenLimit(options: ModelOptions, limit: number): ModelOptions {
  const { max_tokens: tokens, max_completion_tokens: completion } = options;
  if (!isOver(tokens, limit) && !isOver(completion, limit)) return options;
  return {
    ...options,
    ...(isOver(tokens, limit) && { max_tokens: limit }),
    ...(isOver(completion, limit) && { max_completion_tokens: limit }),
  };
}

const isOver = (tokens: unknown, limit: number) => typeof tokens === 'number' && tokens > limit;

/** The limit on the tokens of an answer, under either of its names; undefined if there is none. */
export function tokenLimitOf({ max_tokens, max_completion_tokens }: ModelOptions): number | undefined {
  const limit = max_completion_tokens ?? max_tokens;
  return typeof limit === 'number' ? limit : undefined;
}
