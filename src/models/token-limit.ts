import type { ModelOptions } from './model.types.js';

/** Reduced, not refused: clients ask for 32,000 by default and mean "as many as you allow". */
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
